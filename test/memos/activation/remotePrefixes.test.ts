import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type ChatReceipt,
  compileReceiptSchema,
  type MemOS,
  type OpenOptions,
  type Scope,
} from "../../../memos/index.js";
import { LlamaServerEngine } from "../../../memos/inference/llamaServerEngine.js";
import { OpenAIEngine } from "../../../memos/inference/openaiEngine.js";
import { DIALECT_NAMES, type DialectName } from "../../../memos/inference/serverDialect.js";
import { BASE, startDialectServer } from "../inference/dialectServer.js";
import { startSlotServer } from "../inference/slotServer.js";
import { atEnd, collect, type Lifetime, openMemos, remember } from "../support.js";
import { ANA, ONLY, QUESTION, RULE } from "./support.js";

const ELSEWHERE = { tenant: "globex", user: "ana" };

/** These servers count when all is said. */
async function ask(memos: MemOS, scope: Scope): Promise<ChatReceipt> {
  const last = (await collect(memos.chat(QUESTION, scope, ONLY))).at(-1);
  assert.ok(last?.kind === "end");
  return last.receipt;
}

async function openAt(t: Lifetime, engine: NonNullable<OpenOptions["engine"]>) {
  const { memos } = await openMemos(t, { engine, upkeep: false });
  atEnd(t, async () => engine[Symbol.asyncDispose]());
  for (const scope of [ANA, ELSEWHERE]) await remember(memos, RULE, scope);
  return memos;
}

async function openNamed(t: Lifetime, server: DialectName, flush = false) {
  const { baseURL, machine, bodiesTo } = await startDialectServer(t, server, { flushes: flush });
  const engine = new OpenAIEngine({ server, model: BASE, baseURL, retries: 0, flush });
  return { memos: await openAt(t, engine), machine, bodiesTo };
}

for (const server of DIALECT_NAMES)
  describe(`memory at ${server}`, () => {
    test("is warmed by compiling it, for its tenant alone, and the receipt says what was cached", async (t) => {
      const { memos, bodiesTo } = await openNamed(t, server);
      const warmed = compileReceiptSchema.parse(await memos.activations.compile(ANA));
      assert.deepEqual([warmed.reason, warmed.cube, warmed.cached], ["warmed", null, 0]);
      assert.ok(warmed.tokens > 0);
      const again = await memos.activations.compile(ANA);
      assert.ok(again.cached > again.tokens / 2, `${again.cached} of ${again.tokens}`);

      const other = await ask(memos, ELSEWHERE);
      assert.deepEqual([other.tokens.reused, other.block.state], [0, "none"]);
      const own = await ask(memos, ANA);
      assert.equal(own.block.state, "live");
      assert.ok(own.tokens.reused > warmed.tokens / 2, `${own.tokens.reused} of ${warmed.tokens}`);
      const salts = new Set(bodiesTo("/chat/completions").map((body) => body["cache_salt"]));
      assert.equal(salts.size, 2);
      assert.ok(!salts.has("acme"));
    });

    test("is forgotten there after a purge, where the server may be told so", async (t) => {
      const { memos, machine } = await openNamed(t, server, true);
      const id = await remember(memos, { text: "Ana owns a boat.", type: "core" }, ANA);
      await ask(memos, ANA);
      await memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
      const route = server === "vllm" ? "/reset_prefix_cache" : "/flush_cache";
      assert.equal(machine.requests.filter(({ path }) => path === route).length, 1);
      assert.equal((await ask(memos, ELSEWHERE)).tokens.reused, 0);
    });
  });

test("memory at llama-server is warmed by compiling it, and another tenant finds nothing of it", async (t) => {
  const { baseURL } = await startSlotServer(t, { keeps: false });
  const memos = await openAt(t, new LlamaServerEngine({ baseURL, retries: 0, keepsPrompts: false }));
  const { reason, tokens } = await memos.activations.compile(ANA);
  assert.equal(reason, "warmed");
  const own = await ask(memos, ANA);
  assert.ok(own.tokens.reused > tokens / 2);
  assert.equal((await ask(memos, ELSEWHERE)).tokens.reused, 0);
  // From now on each of them has a slot of its own.
  await ask(memos, ANA);
  assert.ok((await ask(memos, ELSEWHERE)).tokens.reused > tokens / 2);
  assert.ok((await ask(memos, ANA)).tokens.reused > tokens / 2);
});
