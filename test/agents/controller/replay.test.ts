import assert from "node:assert/strict";
import { test } from "node:test";
import { replay } from "../../../agents/index.js";
import { answer, core, ScriptedModel } from "./scripted.js";
import { ANA, controlled, textsOf } from "./support.js";

const derived = { wait: "derived" } as const;

test("a trace decided once more comes to the same, writes nothing, and knows what was known", async (context) => {
  const memos = await controlled(context);
  await memos.add("I live in Lisbon.", ANA, derived);
  const { written } = await memos.add(["I live in Porto.", "I live in Lisbon.", "thanks!"], ANA, derived);
  const before = await memos.stats(ANA);
  const { traces } = await memos.traces.list(ANA, { cube: written[0]?.id ?? "" });
  const { same, made, again, gone } = await replay(memos, traces[0]?.id ?? "", ANA);
  assert.deepEqual(again, made);
  assert.ok(same && again.length > 0);
  assert.deepEqual(gone, []);
  assert.equal((await memos.stats(ANA)).versions, before.versions);
});

test("with another model a trace comes to something else, and with what was read gone to nothing", async (context) => {
  const memos = await controlled(context);
  const { written } = await memos.add("I'm a vegetarian, so never suggest meat to me.", ANA, derived);
  const id = written[0]?.id ?? "";
  const { traces } = await memos.traces.list(ANA, { cube: id });
  const model = new ScriptedModel(() => answer({ memories: [core("Ana is a vegetarian.")] }));
  const other = await replay(memos, traces[0]?.id ?? "", ANA, { model });
  assert.deepEqual([other.same, other.by, other.llmCalls], [false, "model", 1]);
  assert.deepEqual(other.again, [{ type: "core", text: "Ana is a vegetarian.", from: [id] }]);
  assert.deepEqual(await textsOf(memos, "core"), ["I'm a vegetarian, so never suggest meat to me."]);
  await memos.forget(id, ANA);
  const left = await replay(memos, traces[0]?.id ?? "", ANA);
  assert.deepEqual([left.again, left.gone], [[], [id]]);
});

test("no other user replays a trace", async (context) => {
  const memos = await controlled(context);
  const { written } = await memos.add("I live in Lisbon.", ANA, derived);
  const { traces } = await memos.traces.list(ANA, { cube: written[0]?.id ?? "" });
  await assert.rejects(replay(memos, traces[0]?.id ?? "", { tenant: "t", user: "tom" }), {
    code: "NOT_FOUND",
  });
});
