import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dialogueIn, LONG_CONTEXT_LIMITS, soughtIn, takeIn } from "../../../agents/longContext/index.js";
import { openMemos, refused } from "../../memos/support.js";

const chunkOf = (text: string) =>
  `Dialogue between User and Assistant 2025-11-02 10:00 \\n<User> ${text}\n <Assistant> I will answer.`;

test("chunks and the question come out as they went in, whatever they say", () => {
  const word = fc.stringMatching(/^[a-z0-9.,:?!"' ]*[a-z][a-z0-9.,:?!"' ]*$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), word, (chunks, question) => {
      const read = dialogueIn(`${chunks.map(chunkOf).join("\n")}\n${question}`);
      assert.deepEqual(read, { chunks: chunks.map((chunk) => chunk.trim()), question: question.trim() });
    }),
  );
});

test("a chunk that was cut off at its beginning keeps its rest", () => {
  const read = dialogueIn(`the rest of one\n <Assistant> I will.\n${chunkOf("whole")}\nWhat?`);
  assert.equal(read?.chunks.length, 2);
  assert.match(read?.chunks[0] ?? "", /^the rest of one/);
});

test("what is looked for is the question without what is said about its answer", () => {
  assert.equal(soughtIn("Be brief. Now Answer the Question: Who?\nAnswer:"), "Who?");
  assert.equal(soughtIn("Who?"), "Who?");
});

test("a text of heads alone, and a question of blanks, are read in one pass", () => {
  // In the square of their length these would take hours.
  const head = "Dialogue between User and Assistant \n<User>x";
  const heads = Math.floor(LONG_CONTEXT_LIMITS.characters / head.length);
  const read = dialogueIn(`${head.repeat(heads)}<Assistant> I will.\nWhat?`);
  assert.deepEqual([read?.chunks.length, read?.question], [heads, "What?"]);
  const blanks = " ".repeat(8 * 1024 * 1024);
  assert.equal(soughtIn(`Now Answer the Question: Who${blanks}?`), `Who${blanks}?`);
  assert.equal(soughtIn(`Who?${blanks}Answer:${blanks}`), "Who?");
});

test("a text that was forgotten is taken in again when it is asked about again", async (t) => {
  const { memos } = await openMemos(t, { upkeep: false });
  const chunks = ["The river is called Alva.", "The town is called Avo."];
  for (const round of [1, 2, 3]) {
    const { scope, known } = await takeIn(memos, chunks, "acme");
    assert.equal(known, false, `round ${round}`);
    assert.equal((await memos.stats(scope)).cubes, 3, `round ${round}`);
    await memos.forgetting.forget({ all: true }, scope);
  }
});

test("a text over the limit is refused, and nothing is written", async (t) => {
  const { memos } = await openMemos(t, { upkeep: false });
  const chunk = "x".repeat(LONG_CONTEXT_LIMITS.characters);
  await assert.rejects(takeIn(memos, [chunk, "x"], "acme"), refused("TOO_LARGE"));
  assert.equal((await memos.stats({ tenant: "acme" })).cubes, 0);
});

test("an ingest that was cut short is gone on with, and nothing is written twice", async (t) => {
  const { memos } = await openMemos(t, { upkeep: false });
  const chunks = Array.from(
    { length: LONG_CONTEXT_LIMITS.passagesAtOnce * 2 },
    (_, n) => `Fact number ${n}.`,
  );
  const stop = new AbortController();
  const add = memos.add.bind(memos);
  memos.add = async (...args) => {
    const receipt = await add(...args);
    stop.abort();
    return receipt;
  };
  await assert.rejects(takeIn(memos, chunks, "acme", stop.signal), refused("ABORTED"));
  memos.add = add;
  assert.equal((await memos.stats({ tenant: "acme" })).cubes, LONG_CONTEXT_LIMITS.passagesAtOnce);
  const taken = await takeIn(memos, chunks, "acme");
  assert.deepEqual([taken.known, taken.passages], [false, chunks.length]);
  assert.equal((await memos.stats({ tenant: "acme" })).cubes, chunks.length + 1);
  assert.equal((await takeIn(memos, chunks, "acme")).known, true);
});
