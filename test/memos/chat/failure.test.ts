import assert from "node:assert/strict";
import { test } from "node:test";
import { MemosError } from "../../../memcube/index.js";
import { INSTRUCTION_CHARACTERS } from "../../../memos/activation/operations.js";
import type { OpenOptions } from "../../../memos/index.js";
import {
  allOf,
  collect,
  inLedgerFile,
  type Lifetime,
  openMemos,
  refused,
  remember,
  textIn,
  WordEmbedder,
} from "../support.js";
import { ask, ListeningEngine } from "./support.js";

const ANA = { tenant: "acme", user: "ana" };
const MONDAY = { session: "monday" };

async function open(t: Lifetime, options: Partial<OpenOptions> = {}, engine = new ListeningEngine()) {
  return { ...(await openMemos(t, { engine, upkeep: false, ...options })), engine };
}

test("a chat that is cancelled during its answer remembers nothing, and the session is as it was", async (t) => {
  const { memos, engine } = await open(t);
  await ask(memos, "First.", ANA, MONDAY);
  const before = engine.lastPrompt;
  const stop = new AbortController();
  engine.midway = ({ signal }) => {
    stop.abort();
    assert.equal(signal?.aborted, true);
    throw new MemosError("ABORTED", "The answer was cancelled.");
  };
  await assert.rejects(ask(memos, "Second.", ANA, { ...MONDAY, signal: stop.signal }), refused("ABORTED"));
  engine.midway = () => undefined;
  assert.deepEqual((await allOf(memos, ANA)).map(textIn), ["First.", "Yes."]);
  await ask(memos, "Third.", ANA, MONDAY);
  assert.ok(engine.lastPrompt.startsWith(before));
  assert.ok(!engine.lastPrompt.includes("Second."));
});

test("a chat that is cancelled before it begins asks nobody", async (t) => {
  const { memos, engine } = await open(t);
  await assert.rejects(ask(memos, "First.", ANA, { signal: AbortSignal.abort() }), refused("ABORTED"));
  assert.deepEqual(engine.requests, []);
});

test("an engine that fails midway ends the stream with its error, and nothing is remembered", async (t) => {
  const { memos, engine } = await open(t);
  engine.midway = () => Promise.reject(new MemosError("MODEL_FAILED", "The process has ended."));
  const seen: string[] = [];
  const talk = async () => {
    for await (const event of memos.chat("First.", ANA, MONDAY)) seen.push(event.kind);
  };
  await assert.rejects(talk, refused("MODEL_FAILED"));
  assert.deepEqual(seen, ["prompt", "text"]);
  assert.deepEqual(await allOf(memos, ANA), []);
  engine.midway = () => undefined;
  await ask(memos, "Second.", ANA, MONDAY);
  assert.ok(!engine.lastPrompt.includes("First."));
});

test("an engine that stops without an end has failed", async (t) => {
  const { memos, engine } = await open(t);
  const generate = engine.generate.bind(engine);
  engine.generate = async function* (request) {
    for await (const event of generate(request)) if (event.kind !== "end") yield event;
  };
  await assert.rejects(ask(memos, "First.", ANA), refused("MODEL_FAILED"));
  assert.deepEqual(await allOf(memos, ANA), []);
});

test("an empty answer is an answer: the message is remembered, and the session goes on", async (t) => {
  const { memos, engine } = await open(t);
  for (const answer of ["", " \n"]) {
    engine.answer = answer;
    const receipt = await ask(memos, `A message before ${answer.length} characters.`, ANA, MONDAY);
    assert.equal(receipt.answer, answer);
    assert.equal(receipt.remembered.length, 1);
  }
  assert.equal((await allOf(memos, ANA)).length, 2);
});

test("an answer that cannot be stored word for word costs neither the message nor the answer", async (t) => {
  const { memos, engine } = await open(t);
  for (const [answer, kept] of [
    ["A\u0000B", "A\ufffdB"],
    ["A\ud800B", "A\ufffdB"],
  ] as const) {
    engine.answer = answer;
    const receipt = await ask(memos, `Say ${kept.length} and ${answer.charCodeAt(1)}.`, ANA, MONDAY);
    assert.equal(receipt.answer, answer);
    const [, said] = await Promise.all(receipt.remembered.map((id) => memos.get(id, ANA)));
    assert.ok(said);
    assert.equal(textIn(said), kept);
  }
  engine.answer = "x".repeat(1024 * 1024 + 1);
  const { remembered, warnings } = await ask(memos, "Say a lot.", ANA, MONDAY);
  assert.equal(remembered.length, 1);
  assert.equal(warnings.length, 1);
});

test("a message that does not fit the model is refused before the model is asked", async (t) => {
  class SmallEngine extends ListeningEngine {
    override async model() {
      return { ...(await super.model()), contextTokens: 2_000 };
    }
  }
  const { memos, engine } = await open(t, {}, new SmallEngine());
  await assert.rejects(ask(memos, "word ".repeat(2_000), ANA, MONDAY), refused("TOO_LARGE"));
  await assert.rejects(ask(memos, "Hello.", ANA, { maxTokens: 3_000 }), refused("TOO_LARGE"));
  // Few tokens for the one who counts, many for the model.
  await assert.rejects(ask(memos, " ".repeat(1_000) + "e".repeat(1_000), ANA, MONDAY), refused("TOO_LARGE"));
  assert.deepEqual(engine.requests, []);
  assert.deepEqual(await allOf(memos, ANA), []);
  await ask(memos, "Hello.", ANA, MONDAY);
});

test("a long message is looked for by its beginning", async (t) => {
  let longest = 0;
  const embedder = new WordEmbedder({
    before: ([text = ""], purpose) => {
      if (purpose === "query") longest = Math.max(longest, text.length);
    },
  });
  const { memos } = await open(t, { embedder });
  await ask(memos, `The walrus. ${"word ".repeat(20_000)}`, ANA);
  assert.equal(longest, 8_192);
});

test("core memory that is longer than the model's context does not stop a chat", async (t) => {
  class SmallEngine extends ListeningEngine {
    override async model() {
      return { ...(await super.model()), contextTokens: 8_000 };
    }
  }
  const { memos, engine } = await open(t, {}, new SmallEngine());
  for (let rule = 0; rule < 40; rule++)
    await remember(memos, { text: `Rule ${rule}: ${"be kind to walruses ".repeat(10)}`, type: "core" }, ANA);
  const { block } = await ask(memos, "Which rules?", ANA, MONDAY);
  assert.ok(block.memories > 0 && block.memories < 40);
  assert.ok(engine.lastPrompt.length < 8_000);
});

test("bad input is refused", async (t) => {
  const { memos, engine } = await open(t);
  for (const message of ["", "  \n", "\ud800", "a\u0000b"])
    await assert.rejects(ask(memos, message, ANA), refused("INVALID_INPUT"));
  await assert.rejects(ask(memos, "x".repeat(1024 * 1024 + 1), ANA), refused("TOO_LARGE"));
  for (const options of [
    { maxTokens: 0 },
    { maxTokens: 32_769 },
    { temperature: -1 },
    { temperature: 3 },
    { topP: 0 },
    { seed: -1 },
    { budget: -1 },
    { session: "" },
    { instructions: "x".repeat(INSTRUCTION_CHARACTERS + 1) },
    { colour: "red" },
  ])
    await assert.rejects(ask(memos, "Hello.", ANA, options), refused("INVALID_INPUT"));
  await assert.rejects(ask(memos, "Hello.", { tenant: "" }), refused("INVALID_INPUT"));
  assert.deepEqual(engine.requests, []);
});

test("without a model there is nobody to talk to, and a closed memory does not talk", async (t) => {
  const { memos } = await openMemos(t);
  await assert.rejects(ask(memos, "Hello.", ANA), refused("UNSUPPORTED"));
  const { memos: closed } = await open(t);
  await closed.close();
  await assert.rejects(ask(closed, "Hello.", ANA), refused("CLOSED"));
});

test("a store that is opened for reading is talked to without remembering", async (t) => {
  const errors: unknown[] = [];
  const { memos: writer, path } = await open(t);
  await remember(writer, { text: "The walrus is called Otto.", type: "core" }, ANA);
  await writer.activations.compile(ANA);
  const logger = { info: () => undefined, warn: (e: object) => errors.push(e), error: () => undefined };
  const { memos, engine } = await open(t, { path, readOnly: true, logger });
  await assert.rejects(ask(memos, "Who is the walrus?", ANA), refused("READ_ONLY"));
  assert.deepEqual(engine.requests, []);
  for (let turn = 0; turn < 3; turn++) {
    const { tokens, remembered } = await ask(memos, `Who is it? ${turn}`, ANA, {
      ...MONDAY,
      remember: false,
    });
    assert.ok(tokens.restored > 0);
    assert.deepEqual(remembered, []);
  }
  const ben = { tenant: "acme", user: "ben" };
  await remember(writer, { text: "The pelican is called Emma.", type: "core" }, ben);
  assert.equal((await ask(memos, "Who is it?", ben, { remember: false })).block.memories, 1);
  await memos.settled();
  await assert.rejects(memos.activations.compile(ANA), refused("READ_ONLY"));
  await assert.rejects(memos.activations.drop(ANA), refused("READ_ONLY"));
  await assert.rejects(memos.activations.tidy(), refused("READ_ONLY"));
  assert.deepEqual(errors, []);
});

const FULL = "CREATE TRIGGER full BEFORE INSERT ON block_sets BEGIN SELECT RAISE(FAIL, 'full'); END";

test("what cannot be noted of a chat costs nobody their answer", async (t) => {
  const { memos, path } = await open(t);
  await remember(memos, { text: "The walrus is called Otto.", type: "core" }, ANA);
  inLedgerFile(path, (db) => db.exec(FULL));
  assert.equal((await ask(memos, "Who is it?", ANA, { remember: false })).answer, "Yes.");
});

test("a model whose states cannot be kept is talked to without them", async (t) => {
  const { memos, engine } = await open(t);
  await remember(memos, { text: "The walrus is called Otto.", type: "core" }, ANA);
  engine.fingerprint = () =>
    Promise.reject(new MemosError("UNSUPPORTED", "States of this model are not supported."));
  for (let turn = 0; turn < 3; turn++)
    assert.equal((await ask(memos, `Who? ${turn}`, ANA, MONDAY)).answer, "Yes.");
  await assert.rejects(memos.activations.compile(ANA), refused("UNSUPPORTED"));
});

test("who may not write does not chat unless nothing is remembered, and who may not read does not chat", async (t) => {
  const { memos, engine } = await open(t);
  for (const [id, actions] of [
    ["reader", ["read"]],
    ["writer", ["write"]],
  ] as const) {
    await memos.governance.createPrincipal({ tenant: "acme", kind: "agent", id });
    await memos.governance.grant({ principal: { kind: "agent", id }, space: ANA, actions: [...actions] });
  }
  const [reader, writer] = ["reader", "writer"].map((id) => memos.as({ tenant: "acme", kind: "agent", id }));
  assert.ok(reader && writer);
  await assert.rejects(ask(reader, "Hello.", ANA), refused("FORBIDDEN"));
  await assert.rejects(ask(writer, "Hello.", ANA), refused("FORBIDDEN"));
  await assert.rejects(ask(writer, "Hello.", ANA, { remember: false }), refused("FORBIDDEN"));
  assert.deepEqual(engine.requests, []);
  assert.equal((await collect(reader.chat("Hello.", ANA, { remember: false }))).length, 3);
});
