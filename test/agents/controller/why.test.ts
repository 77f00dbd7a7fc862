import assert from "node:assert/strict";
import { test } from "node:test";
import { why } from "../../../agents/index.js";
import { openMemos, refused, remember, UNKNOWN_ID } from "../../memos/support.js";
import { ANA, controlled } from "./support.js";

test("why says what a memory was made of, and what became of what was said", async (t) => {
  const memos = await controlled(t);
  const said = await remember(memos, "I'm a vegetarian.", ANA);
  await memos.settled({ hurry: true });
  const source = await why(memos, said, ANA);
  const [reading] = source.readings;
  assert.equal(reading?.read?.version, 1);
  assert.ok(reading?.read?.types.includes("core"));
  const core = reading?.became.find(({ type }) => type === "core");
  assert.equal(core?.operation, "add");
  const made = await why(memos, core?.memory.id ?? "", ANA);
  assert.deepEqual(
    made.readings[0]?.made.map(({ operation, type, from }) => [operation, type, from]),
    [["add", "core", [{ id: said, text: "I'm a vegetarian." }]]],
  );
  assert.deepEqual(made.sources, [{ id: said, text: "I'm a vegetarian." }]);
});

test("why shows what was not made, and the reason", async (t) => {
  const memos = await controlled(t);
  await remember(memos, "I'm a vegetarian.", ANA);
  const again = await remember(memos, "I'm a vegetarian.", ANA);
  await memos.settled({ hurry: true });
  const { readings } = await why(memos, again, ANA);
  assert.ok(readings[0]?.refused.some(({ what, reason }) => what === "core" && /known already/.test(reason)));
});

test("why shows of memories of other scopes only their ids", async (t) => {
  const memos = await controlled(t);
  const session = { ...ANA, session: "s1" };
  const said = await remember(memos, "I'm a vegetarian.", session);
  await memos.settled({ hurry: true });
  const { readings } = await why(memos, said, session);
  const core = readings[0]?.became.find(({ type }) => type === "core")?.memory;
  assert.deepEqual(Object.keys(core ?? {}), ["id"], "core memory is the user's, not of the session");
  for (const scope of [
    { tenant: "other", user: "ana" },
    { tenant: "t", user: "ben" },
  ])
    await assert.rejects(why(memos, said, scope), refused("NOT_FOUND"));
  await assert.rejects(why(memos, UNKNOWN_ID, ANA), refused("NOT_FOUND"));
});

test("without a trace, why has what the memory itself says", async (t) => {
  const memos = await controlled(t);
  const said = await remember(memos, { text: "A note.", type: "semantic" }, ANA);
  const { readings, versions, cube } = await why(memos, said, ANA);
  assert.deepEqual([readings, versions.length, cube.id], [[], 1, said]);
});

test("what is written where nobody reads waits for a process that does", async (t) => {
  const { path, memos } = await openMemos(t, { reader: "later" });
  const said = await remember(memos, "I'm a vegetarian.", ANA);
  await memos.settled({ hurry: true });
  assert.equal((await memos.list(ANA)).cubes.length, 1);
  await memos.close();
  const reading = await controlled(t, {}, { path });
  await reading.settled({ hurry: true });
  assert.equal((await why(reading, said, ANA)).readings.length, 1);
});
