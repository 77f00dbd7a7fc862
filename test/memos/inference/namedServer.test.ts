import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { isMemosError } from "../../../memcube/index.js";
import { CacheSalts } from "../../../memos/inference/cacheSalt.js";
import type { Prefix } from "../../../memos/inference/engine.js";
import type { LMCacheOptions } from "../../../memos/inference/lmcache.js";
import { OpenAIEngine, type OpenAIEngineOptions } from "../../../memos/inference/openaiEngine.js";
import { DIALECT_NAMES, type DialectName } from "../../../memos/inference/serverDialect.js";
import { keepPrefix, warm } from "../../../memos/inference/warming.js";
import { refused } from "../support.js";
import {
  BASE,
  CONTEXT_TOKENS,
  type DialectServerOptions,
  notFound,
  startDialectServer,
} from "./dialectServer.js";
import { sendJson } from "./embeddingServer.js";
import { generated } from "./engineContract.js";
import { startLMCache } from "./lmcacheServer.js";

const SALT_KEY = "0123456789abcdef0123456789abcdef";
const LONG = Array.from({ length: 600 }, (_, at) => `word${at}`).join(" ");
const PREFIX: Prefix = { messages: [{ role: "user", content: LONG }], salt: "acme" };

async function engineWith(
  t: TestContext,
  kind: DialectName,
  server: DialectServerOptions = {},
  options: Partial<OpenAIEngineOptions> = {},
) {
  const started = await startDialectServer(t, kind, server);
  const { baseURL } = started;
  const engine = new OpenAIEngine({
    ...{ server: kind, model: BASE, baseURL, retries: 0, saltKey: SALT_KEY },
    ...options,
  });
  t.after(() => engine[Symbol.asyncDispose]());
  return { engine, ...started };
}

async function pinning(t: TestContext, options: Partial<LMCacheOptions> & { pins?: boolean } = {}) {
  const { pins = true, ...more } = options;
  const cache = await startLMCache(t, { pins });
  const lmcache = { coordinatorURL: cache.coordinatorURL, model: "org/base", retries: 0, ...more };
  return { ...(await engineWith(t, "vllm", {}, { lmcache })), ...cache };
}

for (const kind of DIALECT_NAMES)
  describe(`a model of ${kind}`, () => {
    test("has the room that the server says, which is asked once, or that was configured", async (t) => {
      const { engine, machine } = await engineWith(t, kind);
      assert.equal((await engine.model()).contextTokens, CONTEXT_TOKENS);
      assert.equal((await engine.model()).contextTokens, CONTEXT_TOKENS);
      assert.deepEqual(
        machine.requests.map(({ path }) => path),
        ["/v1/models"],
      );
      const { engine: told } = await engineWith(t, kind, {}, { contextTokens: 77 });
      assert.equal((await told.model()).contextTokens, 77);
    });

    test("that is not there is told of by the names of those that are, adapters left out", async (t) => {
      const { engine, machine } = await engineWith(t, kind, {}, { model: "missing" });
      machine.startedWith("memos-secret");
      await assert.rejects(engine.model(), (error) => {
        assert.ok(isMemosError(error, "MODEL_FAILED"));
        assert.match(error.message, /has no model missing, but base-model\.$/);
        return true;
      });
    });

    test("at a server that is away or answers with something else is a failure of the engine", async (t) => {
      const instead: DialectServerOptions["instead"] = (response) => {
        sendJson(response, 200, JSON.stringify({ data: "none" }));
        return true;
      };
      const { engine } = await engineWith(t, kind, { instead });
      await assert.rejects(engine.model(), refused("MODEL_FAILED"));
      const away = new OpenAIEngine({
        server: kind,
        model: BASE,
        baseURL: "http://127.0.0.1:1/v1",
        retries: 0,
      });
      await assert.rejects(away.model(), (error) => {
        assert.ok(isMemosError(error, "MODEL_FAILED"));
        assert.match(error.message, /127\.0\.0\.1:1 failed/);
        return true;
      });
    });

    test("says nothing of the tenant to its server", async (t) => {
      const { engine, machine } = await engineWith(t, kind, {}, { logprobs: true });
      await generated(engine, { ...PREFIX, maxTokens: 1, salt: "acme-corporation" });
      await engine.decide(PREFIX.messages, ["yes", "no"], { salt: "acme-corporation" });
      const sent = machine.requests.map(({ body }) => body["cache_salt"]);
      const salt = new CacheSalts(SALT_KEY).of("acme-corporation");
      assert.deepEqual(sent, [salt, salt]);
      assert.ok(!JSON.stringify(machine.requests).includes("acme-corporation"));
    });

    test("forgets its prefixes when it is told to, where it may be", async (t) => {
      const { engine, machine } = await engineWith(t, kind, { flushes: true }, { flush: true });
      await warm(engine, PREFIX);
      assert.ok((await warm(engine, PREFIX)).cached > 0);
      await engine.drop();
      assert.equal((await warm(engine, PREFIX)).cached, 0);
      assert.equal(
        machine.requests.find(({ path }) => /flush|reset/.test(path))?.path,
        kind === "vllm" ? "/reset_prefix_cache" : "/flush_cache",
      );
    });

    test("that cannot be told to forget says how to start it, or what to configure", async (t) => {
      const { engine } = await engineWith(t, kind, {}, { flush: true });
      const { engine: shared } = await engineWith(t, kind, { flushes: true });
      const start = kind === "vllm" ? /VLLM_SERVER_DEV_MODE=1/ : /admin key/;
      for (const [one, sentence] of [
        [engine, start],
        [shared, /`flush`/],
      ] as const)
        await assert.rejects(one.drop(), (error) => {
          assert.ok(isMemosError(error, "UNSUPPORTED"));
          assert.match(error.message, sentence);
          return true;
        });
    });
  });

describe("the tokens of a prompt at vLLM", () => {
  test("are as many as it evaluates", async (t) => {
    const { engine } = await engineWith(t, "vllm");
    const { length } = await engine.tokenize(PREFIX.messages);
    assert.equal((await warm(engine, PREFIX)).tokens, length);
  });

  test("are not told where something before it passes them not on, and then it says what to configure", async (t) => {
    const instead: DialectServerOptions["instead"] = (response, { path }) => {
      if (path === "/tokenize") notFound(response);
      return path === "/tokenize";
    };
    const { engine } = await engineWith(t, "vllm", { instead });
    await assert.rejects(engine.tokenize(PREFIX.messages), (error) => {
      assert.ok(isMemosError(error, "UNSUPPORTED"));
      assert.match(error.message, /`tokens: false`/);
      return true;
    });
    const { engine: without } = await engineWith(t, "vllm", { instead }, { tokens: false });
    assert.equal(without.capabilities.tokens, false);
    await assert.rejects(without.tokenize(PREFIX.messages), refused("UNSUPPORTED"));
  });

  test("that mean nothing are a failure of the engine", async (t) => {
    const instead: DialectServerOptions["instead"] = (response, { path }) => {
      if (path === "/tokenize") sendJson(response, 200, JSON.stringify({ tokens: ["a"] }));
      return path === "/tokenize";
    };
    const { engine } = await engineWith(t, "vllm", { instead });
    await assert.rejects(engine.tokenize(PREFIX.messages), refused("MODEL_FAILED"));
  });
});

describe("a pin", () => {
  test("keeps the whole chunks of a prefix under the salt of its tenant, until it is disposed", async (t) => {
    const { engine, pinned, bodiesTo } = await pinning(t);
    const whole = (await engine.tokenize(PREFIX.messages)).length;
    const kept = await keepPrefix(engine, PREFIX);
    assert.deepEqual([kept.by, kept.tokens], ["pin", 256 * Math.floor(whole / 256)]);
    assert.equal(pinned.size, Math.floor(whole / 256));
    const salt = new CacheSalts(SALT_KEY).of("acme");
    for (const key of pinned.keys()) assert.equal((JSON.parse(key) as unknown[])[0], salt);
    // It is evaluated under the salt that it is pinned under.
    assert.equal(bodiesTo("/chat/completions").at(-1)?.["cache_salt"], salt);
    const again = await keepPrefix(engine, PREFIX);
    await kept[Symbol.asyncDispose]();
    assert.equal(pinned.size, Math.floor(whole / 256));
    await again[Symbol.asyncDispose]();
    assert.equal(pinned.size, 0);
  });

  test("of less than a chunk keeps nothing, and says so", async (t) => {
    const { engine, pinned } = await pinning(t);
    const short = { messages: [{ role: "user" as const, content: "one two" }] };
    assert.equal((await keepPrefix(engine, short)).tokens, 0);
    assert.equal(pinned.size, 0);
  });

  test("is refused under adapters, which LMCache does not tell apart", async (t) => {
    const { engine } = await pinning(t);
    const adapters = [{ path: "/a.gguf", sha256: "a".repeat(64), scale: 1, peft: "/a" }];
    await assert.rejects(keepPrefix(engine, { ...PREFIX, adapters }), refused("UNSUPPORTED"));
  });

  test("is refused by a coordinator without pins, and fails with one that is away", async (t) => {
    const { engine } = await pinning(t, { pins: false });
    await assert.rejects(keepPrefix(engine, PREFIX), (error) => {
      assert.ok(isMemosError(error, "UNSUPPORTED"));
      assert.match(error.message, /--coordinator-event-reporting/);
      return true;
    });
    const { engine: away } = await pinning(t, { coordinatorURL: "http://127.0.0.1:1" });
    await assert.rejects(keepPrefix(away, PREFIX), refused("MODEL_FAILED"));
  });

  test("has the external cache forget as well", async (t) => {
    const { coordinatorURL } = await startLMCache(t);
    const lmcache = { coordinatorURL, model: BASE };
    const { engine, machine } = await engineWith(t, "vllm", { flushes: true }, { lmcache, flush: true });
    await engine.drop();
    assert.equal(machine.requests.at(-1)?.path, "/reset_prefix_cache?reset_external=true");
  });

  test("needs the tokens of prompts, which vLLM alone tells", () => {
    const lmcache = { coordinatorURL: "http://127.0.0.1:9300", model: BASE };
    for (const server of ["openai", "sglang"] as const)
      assert.throws(() => new OpenAIEngine({ server, model: BASE, lmcache }), refused("INVALID_INPUT"));
  });
});

describe("a prefix that is kept by requests", () => {
  test("is asked for again and again until it is disposed, only where the caller wants it", async (t) => {
    let asked = () => {};
    const often = new Promise<void>((resolve) => {
      asked = resolve;
    });
    let chats = 0;
    const instead: DialectServerOptions["instead"] = (_, { path }) => {
      if (path.endsWith("/chat/completions") && ++chats === 3) asked();
      return false;
    };
    const { engine, machine } = await engineWith(t, "sglang", { instead });
    await assert.rejects(keepPrefix(engine, PREFIX), refused("UNSUPPORTED"));
    const kept = await keepPrefix(engine, PREFIX, { everyMs: 1 });
    assert.equal(kept.by, "requests");
    assert.ok(kept.tokens > 600);
    await often;
    await kept[Symbol.asyncDispose]();
    const { length } = machine.requests;
    assert.ok(machine.requests.every(({ body }) => body["max_tokens"] === 1));
    await warm(engine, PREFIX);
    assert.equal(machine.requests.length, length + 1);
  });

  test("goes on when one of them fails, and says so", async (t) => {
    let failing = false;
    const instead: DialectServerOptions["instead"] = (response) => {
      if (failing) sendJson(response, 503, "{}");
      return failing;
    };
    const { engine } = await engineWith(t, "vllm", { instead });
    const errors: unknown[] = [];
    let heard = () => {};
    const twice = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const onError = (error: unknown) => {
      if (errors.push(error) === 2) heard();
    };
    const kept = await keepPrefix(engine, PREFIX, { everyMs: 1, onError });
    failing = true;
    await twice;
    await kept[Symbol.asyncDispose]();
    assert.ok(errors.every((error) => isMemosError(error, "MODEL_FAILED")));
  });
});
