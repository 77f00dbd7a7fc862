import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { isMemosError, sha256 } from "../../../memcube/index.js";
import { adapterName } from "../../../memos/inference/adapterName.js";
import { CacheSalts } from "../../../memos/inference/cacheSalt.js";
import type { AdapterUse, GenerateRequest } from "../../../memos/inference/engine.js";
import { OpenAIEngine, type OpenAIEngineOptions } from "../../../memos/inference/openaiEngine.js";
import { DIALECT_NAMES, type DialectName } from "../../../memos/inference/serverDialect.js";
import { refused } from "../support.js";
import { KEY, sendEvents } from "./completionServer.js";
import { BASE, type DialectServerOptions, notFound, startDialectServer } from "./dialectServer.js";
import { sendJson } from "./embeddingServer.js";
import { generated } from "./engineContract.js";

const SALT_KEY = "0123456789abcdef0123456789abcdef";
const SALTS = new CacheSalts(SALT_KEY);
const LAW = use("a", "/adapters/law");
const TONE = use("b", "/adapters/tone");
const FOLDERS = ["/adapters/law", "/adapters/tone"];
const LOAD = "/load_lora_adapter";
const UNLOAD = "/unload_lora_adapter";
const CHAT = "/chat/completions";
const LONG = Array.from({ length: 40 }, (_, at) => `word${at}`).join(" ");

function use(digit: string, peft?: string): AdapterUse {
  return { path: `/gguf/${digit}.gguf`, sha256: digit.repeat(64), scale: 1, peft };
}

function asking(content: string, adapters: readonly AdapterUse[] = []): GenerateRequest {
  return { messages: [{ role: "user", content }], maxTokens: 20, adapters };
}

async function engineWith(
  t: TestContext,
  kind: DialectName,
  server: DialectServerOptions = {},
  options: Partial<OpenAIEngineOptions> = {},
) {
  const started = await startDialectServer(t, kind, { folders: FOLDERS, ...server });
  const engine = new OpenAIEngine({
    server: kind,
    model: BASE,
    baseURL: started.baseURL,
    apiKey: KEY,
    retries: 0,
    saltKey: SALT_KEY,
    ...options,
  });
  t.after(() => engine[Symbol.asyncDispose]());
  return { engine, ...started };
}

/** Something that is waited for, and what lets it happen. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test("the name of an adapter tells its content from any other", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      const [a, b] = [adapterName(sha256(one)), adapterName(sha256(other))];
      assert.equal(a === b, one === other);
      assert.match(a, /^memos-[0-9a-f]{16}$/);
    }),
  );
});

for (const kind of DIALECT_NAMES)
  describe(`a request to ${kind}`, () => {
    const common = { stream: true, stream_options: { include_usage: true }, max_tokens: 20, temperature: 0 };
    const named = (name: string) => (kind === "vllm" ? name : `${BASE}:${name}`);

    test("names its adapter, which was loaded before, and its salt", async (t) => {
      const { engine, machine } = await engineWith(t, kind);
      const { text } = await generated(engine, { ...asking("one", [LAW]), salt: "acme" });
      assert.equal(text, "/adapters/law one");
      const name = adapterName(LAW.sha256);
      assert.equal(name, "memos-aaaaaaaaaaaaaaaa");
      assert.deepEqual(machine.requests, [
        {
          path: kind === "vllm" ? "/v1/load_lora_adapter" : "/load_lora_adapter",
          authorization: `Bearer ${KEY}`,
          body: { lora_name: name, lora_path: "/adapters/law" },
        },
        {
          path: "/v1/chat/completions",
          authorization: `Bearer ${KEY}`,
          body: {
            model: named(name),
            messages: [{ role: "user", content: "one" }],
            ...common,
            ...(kind === "vllm" ? {} : { lora_path: name }),
            cache_salt: SALTS.of("acme"),
          },
        },
      ]);
    });

    test("without adapters names the base model, and without a salt one of its own", async (t) => {
      const { engine, machine } = await engineWith(t, kind);
      await generated(engine, asking("one", [LAW]));
      assert.equal((await generated(engine, asking("one"))).text, "one");
      assert.deepEqual(machine.requests.at(-1)?.body, {
        model: BASE,
        messages: [{ role: "user", content: "one" }],
        ...common,
        cache_salt: SALTS.of(""),
      });
    });

    test("for a decision names its adapter too", async (t) => {
      const { engine, bodiesTo } = await engineWith(t, kind, {}, { logprobs: true });
      const { messages } = asking("Day?");
      assert.equal((await engine.decide(messages, ["yes", "no"])).choice, "yes");
      assert.equal((await engine.decide(messages, ["yes", "no"], { adapters: [LAW] })).choice, "no");
      assert.deepEqual(
        bodiesTo(CHAT).map(({ model }) => model),
        [BASE, named(adapterName(LAW.sha256))],
      );
    });

    test("counts what the server had of its prompt, which is shared by no other adapter and no other salt", async (t) => {
      const { engine } = await engineWith(t, kind);
      const sets = [[], [LAW], [TONE]].flatMap((adapters) =>
        ["", "acme", "other"].map((salt) => ({ ...asking(LONG, adapters), salt, maxTokens: 1 })),
      );
      for (const request of sets) assert.equal((await generated(engine, request)).end.tokens.reused, 0);
      for (const request of sets) {
        const { tokens } = (await generated(engine, request)).end;
        assert.ok(tokens.reused >= 16);
        assert.equal(tokens.prompt, tokens.reused + tokens.prefilled);
      }
    });

    test("at the same time as one under another adapter has its own", async (t) => {
      const { engine, bodiesTo } = await engineWith(t, kind);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) => generated(engine, asking(`q${at}`, [at % 2 ? LAW : TONE]))),
      );
      assert.deepEqual(
        answers.map(({ text }) => text),
        answers.map((_, at) => `/adapters/${at % 2 ? "law" : "tone"} q${at}`),
      );
      assert.equal(bodiesTo(LOAD).length, 2);
    });

    test("that comes first with others waits for one load, which the end of one of them does not stop", async (t) => {
      const { opened, open } = gate();
      const { engine, bodiesTo } = await engineWith(t, kind, { loading: () => opened });
      const stop = new AbortController();
      const ended = generated(engine, { ...asking("one", [LAW]), signal: stop.signal });
      const others = [2, 3, 4].map((at) => generated(engine, asking(`q${at}`, [LAW])));
      await until(() => bodiesTo(LOAD).length > 0);
      stop.abort();
      await assert.rejects(ended, refused("ABORTED"));
      assert.equal(bodiesTo(CHAT).length, 0);
      open();
      assert.deepEqual(
        (await Promise.all(others)).map(({ text }) => text),
        [2, 3, 4].map((at) => `/adapters/law q${at}`),
      );
      assert.equal(bodiesTo(LOAD).length, 1);
    });

    test("under an adapter that another process has loaded is answered", async (t) => {
      const { engine, machine } = await engineWith(t, kind);
      machine.loaded.set(adapterName(LAW.sha256), "/adapters/law");
      assert.equal((await generated(engine, asking("one", [LAW]))).text, "/adapters/law one");
    });

    test("under an adapter that the server knows from its start needs no folder", async (t) => {
      const { engine, machine, bodiesTo } = await engineWith(t, kind);
      machine.startedWith(adapterName(use("c").sha256));
      assert.equal((await generated(engine, asking("one", [use("c")]))).text, "/known/at/start one");
      assert.equal(bodiesTo(LOAD).length, 0);
    });

    test("under an adapter without a folder that it does not know is INVALID_INPUT and says what to do", async (t) => {
      const { engine } = await engineWith(t, kind);
      await assert.rejects(generated(engine, asking("one", [use("c")])), (error) => {
        assert.ok(isMemosError(error, "INVALID_INPUT"), inspect(error));
        assert.match(error.message, /does not know the adapter memos-c{16}\. Name its PEFT folder/);
        assert.equal(error.path, "adapters.0.peft");
        return true;
      });
    });

    test("to a server that was started anew loads the adapter again", async (t) => {
      const { engine, machine, bodiesTo } = await engineWith(t, kind, {}, { logprobs: true });
      await generated(engine, asking("one", [LAW]));
      machine.loaded.clear();
      assert.equal((await generated(engine, asking("two", [LAW]))).text, "/adapters/law two");
      machine.loaded.clear();
      const { choice } = await engine.decide(asking("Day?").messages, ["yes", "no"], { adapters: [LAW] });
      assert.equal(choice, "no");
      assert.equal(bodiesTo(LOAD).length, 3);
    });

    test("to a server that forgets at once is sent twice and no more", async (t) => {
      const { engine, bodiesTo } = await engineWith(t, kind, {
        instead: (response, { path }) => {
          if (!path.endsWith(CHAT)) return false;
          const message = `The model \`${adapterName(LAW.sha256)}\` does not exist.`;
          sendJson(response, 404, JSON.stringify({ error: { message } }));
          return true;
        },
      });
      await assert.rejects(generated(engine, asking("one", [LAW])), refused("MODEL_FAILED"));
      assert.equal(bodiesTo(CHAT).length, 2);
    });

    test("that fails within its answer has the adapter loaded again by the next one", async (t) => {
      const { engine, machine, bodiesTo } = await engineWith(t, kind, {
        instead: (response, { path }) => {
          if (!path.endsWith(CHAT) || machine.loaded.size > 0) return false;
          sendEvents(response, [{ error: { message: "lost", code: 400 } }]);
          return true;
        },
      });
      await generated(engine, asking("one", [LAW]));
      machine.loaded.clear();
      await assert.rejects(generated(engine, asking("two", [LAW])), refused("MODEL_FAILED"));
      assert.equal((await generated(engine, asking("three", [LAW]))).text, "/adapters/law three");
      assert.equal(bodiesTo(LOAD).length, 2);
    });

    for (const [fault, adapters] of Object.entries({
      "under two adapters": [LAW, TONE],
      "under an adapter at half its scale": [{ ...LAW, scale: 0.5 }],
      "under an adapter at scale 0": [{ ...LAW, scale: 0 }],
    }))
      test(`${fault} is UNSUPPORTED, and nothing is sent`, async (t) => {
        const { engine, machine } = await engineWith(t, kind, {}, { logprobs: true });
        const isClear = (error: unknown) => {
          assert.ok(isMemosError(error, "UNSUPPORTED"), inspect(error));
          assert.match(error.message, /^The (vLLM|SGLang) server at \S+ runs .*\. Merge .*\.$/);
          return true;
        };
        await assert.rejects(generated(engine, asking("one", adapters)), isClear);
        await assert.rejects(engine.decide(asking("one").messages, ["a", "b"], { adapters }), isClear);
        assert.equal(machine.requests.length, 0);
      });
  });

for (const kind of DIALECT_NAMES)
  describe(`loading and unloading at ${kind}`, () => {
    test("beforehand spares the first use, and asked for again makes sure", async (t) => {
      const { engine, machine, bodiesTo } = await engineWith(t, kind);
      await engine.loadAdapter(LAW);
      await generated(engine, asking("one", [LAW]));
      assert.equal(bodiesTo(LOAD).length, 1);
      machine.loaded.clear();
      await engine.loadAdapter(LAW);
      assert.deepEqual([...machine.loaded], [[adapterName(LAW.sha256), "/adapters/law"]]);
    });

    test("takes an adapter away, and one that is not there is fine", async (t) => {
      const { engine, machine, bodiesTo } = await engineWith(t, kind);
      await generated(engine, asking("one", [LAW]));
      await generated(engine, asking("one", [TONE]));
      await engine.unloadAdapter(LAW);
      assert.deepEqual([...machine.loaded.keys()], [adapterName(TONE.sha256)]);
      assert.deepEqual(bodiesTo(UNLOAD), [{ lora_name: adapterName(LAW.sha256) }]);
      await engine.unloadAdapter(LAW);
      assert.equal((await generated(engine, asking("one", [LAW]))).text, "/adapters/law one");
      assert.equal(bodiesTo(LOAD).length, 3);
    });

    test("comes one after the other", async (t) => {
      const { opened, open } = gate();
      const { engine, machine, bodiesTo } = await engineWith(t, kind, { loading: () => opened });
      const loading = engine.loadAdapter(LAW);
      await until(() => bodiesTo(LOAD).length > 0);
      const unloading = engine.unloadAdapter(LAW);
      await generated(engine, asking("one"));
      assert.equal(bodiesTo(UNLOAD).length, 0);
      open();
      await Promise.all([loading, unloading]);
      assert.equal(machine.loaded.size, 0);
    });

    test("needs a folder to load from", async (t) => {
      const { engine, machine } = await engineWith(t, kind);
      await assert.rejects(engine.loadAdapter(use("c")), refused("INVALID_INPUT"));
      assert.equal(machine.requests.length, 0);
    });

    for (const [fault, answer] of Object.entries({
      "has no such route": notFound,
      "forbids it": (response) => sendJson(response, 403, '{"error":{"message":"no"}}'),
      "has another method there": (response) => sendJson(response, 405, '{"detail":"Method Not Allowed"}'),
      "is behind a proxy that knows no such page": (response) => response.writeHead(404).end("<html>"),
      "was started without adapters": (response) =>
        sendJson(
          response,
          400,
          '{"success":false,"error_message":"LoRA is not enabled. Please set `--enable-lora` to enable LoRA."}',
        ),
    } satisfies Record<string, (response: Parameters<typeof notFound>[0]) => unknown>))
      test(`is UNSUPPORTED where the server ${fault}, and says how to start it`, async (t) => {
        const { engine, bodiesTo } = await engineWith(t, kind, {
          instead: (response, { path }) => {
            if (path.endsWith(CHAT)) return false;
            answer(response);
            return true;
          },
        });
        for (const work of [
          () => generated(engine, asking("one", [LAW])),
          () => engine.loadAdapter(LAW),
          () => engine.unloadAdapter(LAW),
        ])
          await assert.rejects(work, (error) => {
            assert.ok(isMemosError(error, "UNSUPPORTED"), inspect(error));
            assert.match(error.message, /while it runs\. Start it with `--enable-lora`/);
            assert.equal(error.message.includes("VLLM_ALLOW_RUNTIME_LORA_UPDATING=True"), kind === "vllm");
            return true;
          });
        assert.equal(bodiesTo(CHAT).length, 0);
      });

    for (const [fault, status, reason, meaning] of [
      ["whose rank is too great", 400, "LoRA rank 64 is greater than max_lora_rank 16.", /rank is greater/],
      [
        "whose rank is too great for an older release",
        500,
        "LoRA rank 64 is greater than 16.",
        /rank is greater/,
      ],
      ["of another form", 422, "bad", /status 422/],
      ["with DoRA", 400, "LoRA serving currently doesn't support DoRA adapters", /no DoRA/],
    ] as const)
      test(`of an adapter ${fault} is ADAPTER_INVALID, and is tried again next time`, async (t) => {
        let attempts = 0;
        const { engine } = await engineWith(t, kind, {
          instead: (response) => {
            if (attempts++ > 0) return false;
            sendJson(response, status, JSON.stringify({ error: { message: `${reason} for ${KEY}` } }));
            return true;
          },
        });
        await assert.rejects(generated(engine, asking("one", [LAW])), (error) => {
          assert.ok(isMemosError(error, "ADAPTER_INVALID"), inspect(error));
          assert.match(error.message, meaning);
          assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes(KEY));
          return true;
        });
        assert.equal((await generated(engine, asking("one", [LAW]))).text, "/adapters/law one");
      });

    test("of a folder that the server does not see is ADAPTER_INVALID", async (t) => {
      const { engine } = await engineWith(t, kind);
      await assert.rejects(engine.loadAdapter(use("c", "/elsewhere")), refused("ADAPTER_INVALID"));
    });

    test("at a server that is broken or away is MODEL_FAILED", async (t) => {
      const { engine } = await engineWith(t, kind, {
        instead: (response) => {
          sendJson(response, 503, "{}");
          return true;
        },
      });
      const away = new OpenAIEngine({
        server: kind,
        model: BASE,
        baseURL: "http://127.0.0.1:9/v1",
        retries: 0,
      });
      t.after(() => away[Symbol.asyncDispose]());
      for (const broken of [engine, away]) {
        await assert.rejects(broken.loadAdapter(LAW), refused("MODEL_FAILED"));
        await assert.rejects(broken.unloadAdapter(LAW), refused("MODEL_FAILED"));
        await assert.rejects(generated(broken, asking("one", [LAW])), refused("MODEL_FAILED"));
      }
    });

    test("is cancelled at once, and ends with the engine", async (t) => {
      const { engine, bodiesTo } = await engineWith(t, kind, { loading: () => new Promise(() => {}) });
      const stop = new AbortController();
      const loading = engine.loadAdapter(LAW, stop.signal);
      const other = engine.loadAdapter(LAW);
      await until(() => bodiesTo(LOAD).length > 0);
      stop.abort();
      await assert.rejects(loading, refused("ABORTED"));
      await engine[Symbol.asyncDispose]();
      await assert.rejects(other, refused("CLOSED"));
      await assert.rejects(engine.unloadAdapter(LAW), refused("CLOSED"));
    });
  });

test("an engine says what it can do with adapters, and the name of SGLang's model has no colon", async (t) => {
  for (const kind of DIALECT_NAMES) {
    const { engine } = await engineWith(t, kind);
    assert.equal(engine.capabilities.adapters, "named");
    assert.equal(engine.name, `${kind}/${BASE}`);
  }
  const other = new OpenAIEngine({ model: "test" });
  await assert.rejects(other.loadAdapter(LAW), refused("UNSUPPORTED"));
  await assert.rejects(other.unloadAdapter(LAW), refused("UNSUPPORTED"));
  assert.throws(() => new OpenAIEngine({ model: "a:b", server: "sglang" }), refused("INVALID_INPUT"));
  assert.equal(new OpenAIEngine({ model: "a:b", server: "vllm" }).name, "vllm/a:b");
});
