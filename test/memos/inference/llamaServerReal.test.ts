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

describe("tenants at a real llama-server", () => {
  const SLOTS = ["--parallel", "2", "--ctx-size", "8192"];
  const MESSAGES = [SYSTEM, ...QUESTION.slice(1)];

  /** How many tokens of the same prompt were there for each of the tenants, one after the other. */
  async function reusedBy(engine: LlamaServerEngine, salts: readonly string[]): Promise<number[]> {
    const reused: number[] = [];
    for (const salt of salts)
      reused.push((await generated(engine, { messages: MESSAGES, maxTokens: 2, salt })).end.tokens.reused);
    return reused;
  }

  test("each go on from their own prompts alone, where nothing is kept beside the slots", {
    skip: NO_LLAMA_SERVER,
  }, async (t) => {
    const model = await generatedModel("nano", MODELS);
    const { baseURL } = await startLlamaServer(t, model, ["--cache-ram", "0", ...SLOTS]);
    const engine = new LlamaServerEngine({ baseURL, retries: 0, keepsPrompts: false });
    atEnd(t, async () => engine[Symbol.asyncDispose]());
    const [first, again, other, own, others, third, evicted] = await reusedBy(engine, [
      ...["a", "a", "b"],
      ...["a", "b", "c", "a"],
    ]);
    const whole = (await engine.tokenize(MESSAGES)).length;
    // Of the first salt, what was there before there was another one is not known to be its own.
    assert.deepEqual([first, other, own, third], [0, 0, 0, 0]);
    assert.deepEqual([again, others], [whole - 1, whole - 1]);
    assert.ok(evicted === 0 || evicted === whole - 1);
  });

  test("begin with nothing where it keeps prompts beside its slots, or others ask it too", {
    skip: NO_LLAMA_SERVER,
  }, async (t) => {
    const model = await generatedModel("nano", MODELS);
    const { baseURL } = await startLlamaServer(t, model, SLOTS);
    const engine = new LlamaServerEngine({ baseURL, retries: 0 });
    atEnd(t, async () => engine[Symbol.asyncDispose]());
    const [first, again, ...rest] = await reusedBy(engine, ["a", "a", "b", "a", "b"]);
    assert.ok(first === 0 && (again ?? 0) > 0);
    assert.deepEqual(rest, [0, 0, 0]);
    const shared = new LlamaServerEngine({ baseURL, retries: 0, alone: false });
    atEnd(t, async () => shared[Symbol.asyncDispose]());
    assert.deepEqual(await reusedBy(shared, ["a", "a"]), [0, 0]);
  });
});

if (NO_LLAMA_SERVER === false)
  for (const [name, server, options] of [
    ["a real llama-server", [], {}],
    ["a real llama-server without prompts beside its slots", ["--cache-ram", "0"], { keepsPrompts: false }],
  ] as const)
    engineContract(
      name,
      async (life) => {
        const [model, slots] = await Promise.all([generatedModel("nano", MODELS), temporaryFolder(life)]);
        const flags = ["--no-prefill-assistant", "--slot-save-path", slots, ...server];
        const { baseURL } = await startLlamaServer(life, model, flags);
        const engine = new LlamaServerEngine({ baseURL, retries: 0, ...options });
        atEnd(life, async () => engine[Symbol.asyncDispose]());
        return engine;
      },
      { chooses: false },
    );
