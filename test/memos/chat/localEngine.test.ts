import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatOptions, MemOS, OpenOptions } from "../../../memos/index.js";
import type { LocalEngine } from "../../../memos/inference/index.js";
import { localEngine } from "../inference/local/support.js";
import { allOf, collect, type Lifetime, openMemos, refused, remember } from "../support.js";
import { ask } from "./support.js";

const ANA = { tenant: "acme", user: "ana" };
const RULE = { text: `Ana speaks Portuguese. ${"She likes long walks. ".repeat(6)}`, type: "core" } as const;
const BRIEF = { maxTokens: 16, instructions: "Be brief.", budget: 0, remember: false } as const;

const CONTEXT = 1_024;

async function open(t: Lifetime, options: Partial<OpenOptions> = {}) {
  const engine = await localEngine(t, { contextTokens: CONTEXT });
  const activations = { automatic: false, ...options.activations };
  return { ...(await openMemos(t, { engine, upkeep: false, ...options, activations })), engine };
}

/** Asks in a process of the engine that has nothing in memory. */
async function askAnew(engine: LocalEngine, memos: MemOS, message: string, options: ChatOptions = BRIEF) {
  await engine.drop();
  return ask(memos, message, ANA, options);
}

test("cold, live and out of a file, the answer is the same, and the receipt says where its prompt came from", async (t) => {
  const { memos, engine, path } = await open(t);
  await remember(memos, RULE, ANA);
  const question = "Which language does Ana speak?";
  const cold = await ask(memos, question, ANA, BRIEF);
  assert.deepEqual([cold.tokens.reused, cold.tokens.restored, cold.block.state], [0, 0, "none"]);
  assert.deepEqual([cold.tokens.generated, cold.reason], [16, "length"]);
  const live = await ask(memos, question, ANA, BRIEF);
  assert.deepEqual([live.tokens.prefilled, live.tokens.restored, live.block.state], [1, 0, "live"]);

  const compiled = await memos.activations.compile(ANA, { instructions: BRIEF.instructions });
  assert.equal(compiled.reason, "compiled");
  const restored = await askAnew(engine, memos, question);
  assert.deepEqual([restored.tokens.reused, restored.block.state], [0, "file"]);
  assert.ok(restored.tokens.restored >= compiled.tokens - 1);

  await memos.close();
  const { memos: next } = await open(t, { path });
  const elsewhere = await ask(next, question, ANA, BRIEF);
  assert.equal(elsewhere.tokens.restored, restored.tokens.restored);
  assert.ok(elsewhere.restoreMs > 0);
  for (const { answer, tokens } of [live, restored, elsewhere]) {
    assert.equal(answer, cold.answer);
    assert.equal(tokens.prompt, cold.tokens.prompt);
  }
});

test("the turns of a session are evaluated once", async (t) => {
  const { memos } = await open(t);
  await remember(memos, RULE, ANA);
  const session = { ...BRIEF, session: "monday" };
  let before = (await ask(memos, "Hello.", ANA, session)).tokens;
  for (const message of ["And now?", "And then?"]) {
    const { tokens } = await ask(memos, message, ANA, session);
    assert.ok(tokens.reused >= before.prompt, `${tokens.reused} of ${before.prompt}`);
    before = tokens;
  }
});

test("another process's purge ends the process that has read what was purged", async (t) => {
  const { memos, engine, path } = await open(t);
  const { memos: other } = await openMemos(t, { path, upkeep: false });
  const id = await remember(memos, RULE, ANA);
  await ask(memos, "Hello.", ANA, BRIEF);
  const before = await engine.pid();
  await ask(memos, "Hello.", ANA, BRIEF);
  assert.equal(await engine.pid(), before);
  await other.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
  const { tokens } = await ask(memos, "Hello.", ANA, BRIEF);
  assert.equal(tokens.reused, 0);
  assert.notEqual(await engine.pid(), before);
});

test("a session never outgrows the model, however its words are counted", async (t) => {
  const { memos } = await open(t);
  const session = { ...BRIEF, session: "monday" };
  let dropped = 0;
  for (let turn = 0; turn < 10; turn++) {
    // Few tokens for the one who counts, many for the model.
    const receipt = await ask(memos, `${turn} ${"=".repeat(turn % 2 === 0 ? 0 : 256)}`, ANA, session);
    assert.ok(receipt.tokens.prompt + BRIEF.maxTokens <= CONTEXT);
    ({ dropped } = receipt);
  }
  assert.ok(dropped > 0);
  await assert.rejects(ask(memos, "=".repeat(CONTEXT), ANA, session), refused("TOO_LARGE"));
  await ask(memos, "And now?", ANA, session);
});

test("an answer that is cancelled is remembered by nobody, and the next one comes", async (t) => {
  const { memos, engine } = await open(t);
  const stop = new AbortController();
  const options = { ...BRIEF, remember: true, maxTokens: 600, signal: stop.signal };
  const pieces: string[] = [];
  const talk = async () => {
    for await (const event of memos.chat("Hello.", ANA, options)) {
      if (event.kind === "text") pieces.push(event.text);
      if (pieces.length === 2) stop.abort();
    }
  };
  await assert.rejects(talk, refused("ABORTED"));
  assert.deepEqual(await allOf(memos, ANA), []);
  const pid = await engine.pid();
  const events = await collect(memos.chat("Hello.", ANA, BRIEF));
  assert.equal(events.at(-1)?.kind, "end");
  assert.equal(await engine.pid(), pid, "in the same process");
});
