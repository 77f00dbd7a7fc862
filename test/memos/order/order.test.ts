import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemos, refused, remember } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };
const STORM = "At noon a storm broke the mast of the schooner and washed two barrels overboard.";
const HARBOUR = "The schooner left the harbour of Quillmere before dawn with a cargo of salt.";
const LONG = `${HARBOUR} Nobody spoke while the lamps were put out. ${STORM} By night they drifted south.`;

test("of texts in two memories, the one that arrived earlier came first", async (t) => {
  const { memos } = await openMemos(t);
  const ids = [await remember(memos, HARBOUR, ANA), await remember(memos, STORM, ANA)];
  const { first, by, confidence, a, b, receipt } = await memos.order(
    "a storm broke the mast",
    "left the harbour of Quillmere",
    ANA,
  );
  assert.deepEqual([first, by], ["b", "arrival"]);
  assert.deepEqual([a?.cube, b?.cube], [ids[1], ids[0]]);
  assert.equal(STORM.slice(...(a?.span ?? [0, 0])), "a storm broke the mast");
  assert.equal(confidence, (a?.coverage ?? 0) * (b?.coverage ?? 0));
  assert.equal(receipt.llmCalls, 0);
});

test("in one memory the places in its text decide", async (t) => {
  const { memos } = await openMemos(t);
  await remember(memos, LONG, ANA);
  const { first, by, a, b } = await memos.order("By night they drifted south", "lamps were put out", ANA);
  assert.deepEqual([first, by], ["b", "position"]);
  assert.equal(LONG.slice(...(a?.span ?? [0, 0])), "By night they drifted south.");
  assert.equal(LONG.slice(...(b?.span ?? [0, 0])), "lamps were put out.");
});

test("words that are missing or in another order do not hide a place", async (t) => {
  const { memos } = await openMemos(t);
  await remember(memos, LONG, ANA);
  const shuffled = await memos.order("barrels washed overboard two", "dawn before harbour the left", ANA);
  assert.equal(shuffled.first, "b");
  const dropped = await memos.order(
    "schooner left Quillmere before",
    "storm broke mast schooner washed",
    ANA,
  );
  assert.equal(dropped.first, "a");
});

test("times at which memories happened go before their arrival", async (t) => {
  const { memos } = await openMemos(t);
  await memos.add({ text: STORM, occurredAt: "2031-05-02" }, ANA);
  await memos.add({ text: HARBOUR, occurredAt: "2031-05-01" }, ANA);
  const { first, by } = await memos.order(HARBOUR, STORM, ANA);
  assert.deepEqual([first, by], ["a", "time"]);
});

test("what memory does not hold has no order", async (t) => {
  const { memos } = await openMemos(t);
  await remember(memos, LONG, ANA);
  const { first, by, confidence, a, b } = await memos.order(
    STORM,
    "The committee adjourned its hearing about railway tariffs.",
    ANA,
  );
  assert.deepEqual({ first, by, confidence, b }, { first: null, by: null, confidence: 0, b: null });
  assert.equal(a?.coverage, 1);
  assert.equal((await memos.order(STORM, STORM, ANA)).first, null);
});

test("in a script without spaces a text has a place, however long the whole is", async (t) => {
  const { memos } = await openMemos(t);
  const filler = Array.from({ length: 4_000 }, (_, at) =>
    String.fromCharCode(0x4e00 + ((at * 7) % 5_000)),
  ).join("");
  const text = `${filler}船在黎明前離開港口${filler}風暴折斷了桅杆${filler}`;
  await remember(memos, text, ANA);
  const { first, by, a, b } = await memos.order("風暴折斷了桅杆", "船在黎明前離開港口", ANA);
  assert.deepEqual([first, by], ["b", "position"]);
  for (const place of [a, b]) assert.ok(place !== null && place.span[1] - place.span[0] <= 256);
});

test("neither other tenants nor forgotten memories are known", async (t) => {
  const { memos } = await openMemos(t);
  const id = await remember(memos, LONG, ANA);
  const stranger = await memos.order(HARBOUR, STORM, { tenant: "globex", user: "ana" });
  assert.deepEqual([stranger.first, stranger.a, stranger.b], [null, null, null]);
  await memos.forget(id, ANA);
  assert.equal((await memos.order(HARBOUR, STORM, ANA)).first, null);
});

test("texts that are none are refused", async (t) => {
  const { memos } = await openMemos(t);
  await assert.rejects(memos.order("", STORM, ANA), refused("INVALID_INPUT"));
  await assert.rejects(memos.order(STORM, STORM, ANA, { signal: AbortSignal.abort() }), refused("ABORTED"));
});
