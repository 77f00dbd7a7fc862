import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { generatedModel } from "../../../memos/inference/gguf/generated/generatedModel.js";
import { LlamaServerEngine, type LlamaServerOptions } from "../../../memos/inference/llamaServerEngine.js";
import { atEnd, temporaryFolder } from "../support.js";
import { engineContract, generated, QUESTION } from "./engineContract.js";
import { NO_LLAMA_SERVER, startLlamaServer } from "./llamaServerProcess.js";
import { randomAdapter } from "./local/randomAdapter.js";
import { MODELS } from "./local/support.js";

const SYSTEM = { role: "system" as const, content: "Ana lives in Lisboa and likes tea. ".repeat(12) };
const OTHER = [{ role: "user" as const, content: "Nothing of it at all, and nothing alike." }];

/** A server with two adapters of random weights, and what it answers under sets of them. */
async function serverWithAdapters(
  t: TestContext,
  server: readonly string[],
  options: Partial<LlamaServerOptions> = {},
) {
  const folder = await temporaryFolder(t);
  const [one, other] = [
    await randomAdapter(join(folder, "one.gguf"), 1),
    await randomAdapter(join(folder, "other.gguf"), 2),
  ];
  const model = await generatedModel("nano", MODELS);
  const { baseURL } = await startLlamaServer(t, model, [
    ...["--lora", one.path, "--lora", other.path, "--lora-init-without-apply"],
    ...server,
  ]);
  const engine = new LlamaServerEngine({ baseURL, retries: 0, ...options });
  atEnd(t, async () => engine[Symbol.asyncDispose]());
  const ask = (scales: readonly number[], messages = [SYSTEM, ...QUESTION.slice(1)]) =>
    generated(engine, {
      messages,
      maxTokens: 24,
      adapters: [one, other].flatMap((adapter, at) => {
        const scale = scales[at];
        return scale === undefined ? [] : [{ ...adapter, scale }];
      }),
    });
  return { ask, baseURL, folder };
}

describe("a real llama-server", () => {
  const real = { skip: NO_LLAMA_SERVER };

  for (const [keeps, server, options] of [
    ["keeps prompts beside its slots", [], {}],
    ["keeps nothing beside its slots", ["--cache-ram", "0"], { keepsPrompts: false }],
  ] as const)
    describe(`that ${keeps}`, () => {
      test(
        "answers as the base model does, whatever adapters were at work in the slot before",
        real,
        async (t) => {
          const { ask } = await serverWithAdapters(t, server, options);
          const base = (await ask([])).text;
          const under = [(await ask([1])).text, (await ask([0, 1])).text, (await ask([1, 1])).text];
          assert.equal(new Set([base, ...under]).size, 4, "each set has its own answer");
          for (const scales of [[], [0], [0, 0]]) {
            await ask([1]);
            assert.equal((await ask(scales)).text, base);
          }
          assert.deepEqual(
            [(await ask([1])).text, (await ask([0, 1])).text, (await ask([1, 1])).text],
            under,
          );
        },
      );

      test(
        "answers as the base model does after the slot went to another prompt in between",
        real,
        async (t) => {
          const { ask } = await serverWithAdapters(t, server, options);
          const base = (await ask([])).text;
          for (let round = 0; round < 2; round++) {
            await ask([], OTHER);
            await ask([1]);
            await ask([], OTHER);
            assert.equal((await ask([])).text, base);
          }
        },
      );
    });

  test(
    "reuses what is in the slot where nothing is kept beside it and the adapters are the same",
    real,
    async (t) => {
      const { ask } = await serverWithAdapters(t, ["--cache-ram", "0"], { keepsPrompts: false });
      for (const scales of [[], [1], [0.5, 0.5]]) {
        const [first, second] = [await ask(scales), await ask(scales)];
        assert.equal(second.text, first.text);
        assert.equal(first.end.tokens.reused, 0);
        assert.equal(second.end.tokens.prefilled, 1);
      }
    },
  );
});

if (NO_LLAMA_SERVER === false)
  engineContract(
    "a real llama-server",
    async (life) => {
      const model = await generatedModel("nano", MODELS);
      const { baseURL } = await startLlamaServer(life, model, ["--no-prefill-assistant"]);
      const engine = new LlamaServerEngine({ baseURL, retries: 0 });
      atEnd(life, async () => engine[Symbol.asyncDispose]());
      return engine;
    },
    { chooses: false },
  );
