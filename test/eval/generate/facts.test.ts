import assert from "node:assert/strict";
import { test } from "node:test";
import { generateFacts } from "../../../eval/generate/facts.js";
import { o200k } from "../../../memos/retrieval/tokens.js";

const OPTIONS = {
  seed: 3,
  tokens: 6_000,
  questions: 40,
  hops: [1, 1],
  order: "serial",
  wording: "rephrased",
} as const;

test("the same seed gives the same row, another seed another one", async () => {
  assert.deepEqual(await generateFacts(OPTIONS), await generateFacts(OPTIONS));
  assert.notEqual(
    (await generateFacts({ ...OPTIONS, seed: 4 })).context,
    (await generateFacts(OPTIONS)).context,
  );
});

test("a row is as long as asked for, and every question has its answer and what would be stale", async () => {
  const { context, questions, answers, metadata } = await generateFacts({ ...OPTIONS, hops: [2, 4] });
  const tokens = (await o200k()).count(context);
  assert.ok(tokens > 5_400 && tokens <= 6_000, `${tokens}`);
  assert.equal(metadata.source, "factconsolidation_mh_6k");
  assert.deepEqual([questions.length, answers.length, metadata.stale.length], [40, 40, 40]);
  assert.equal(new Set(questions).size, 40);
  assert.ok(metadata.hops.every((hops) => hops >= 2 && hops <= 4));
  for (const [index, [answer = ""]] of answers.entries()) {
    assert.ok(context.includes(answer));
    assert.ok(!metadata.stale[index]?.includes(answer));
  }
  assert.ok(metadata.stale.some((values) => values.length > 0));
});

test("facts are numbered from 0, or stand in the order of their arrival", async () => {
  const serial = (await generateFacts(OPTIONS)).context.split("\n").slice(1);
  assert.ok(serial.every((line, index) => line.startsWith(`${index}. `)));
  const arrival = (await generateFacts({ ...OPTIONS, order: "arrival" })).context.split("\n").slice(1);
  assert.ok(arrival.every((line) => !/^\d+\. /u.test(line)));
});

test("what cannot be generated is refused", async () => {
  await assert.rejects(generateFacts({ ...OPTIONS, tokens: 10 }), { code: "INVALID_INPUT" });
  await assert.rejects(generateFacts({ ...OPTIONS, hops: [3, 2] }), { code: "INVALID_INPUT" });
  await assert.rejects(generateFacts({ ...OPTIONS, tokens: 500, questions: 5_000 }), {
    code: "INVALID_INPUT",
  });
});
