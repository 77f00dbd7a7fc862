import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { align } from "../../../memos/order/alignment.js";

const even = () => 1;
const of = (text: string) => text.split(" ");

test("a passage is found where it stands, as narrow as it is", async () => {
  const found = await align(of("the old man of the sea came home at last"), of("sea came home"), even);
  assert.deepEqual(found, { start: 5, end: 8, coverage: 1 });
});

test("words in another order, or left out, are found at the same place", async () => {
  const text = of("a b c d e f g h i j");
  assert.deepEqual(await align(text, of("f d e"), even), { start: 3, end: 6, coverage: 1 });
  assert.deepEqual(await align(text, of("c e f"), even), { start: 2, end: 6, coverage: 1 });
});

test("a term that stands once counts once", async () => {
  assert.equal((await align(of("x y z"), of("x x"), even))?.coverage, 0.5);
});

test("what stands nowhere has no place", async () => {
  assert.equal(await align(of("x y z"), of("q"), even), undefined);
  assert.equal(await align([], of("q"), even), undefined);
});

test("any passage of different terms is found whole, however it is shuffled", async () => {
  const passage = fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.nat(59), fc.integer({ min: 1, max: 20 }))
    .map(([size, at, length]) => {
      const terms = Array.from({ length: size }, (_, index) => `t${index}`);
      const start = at % size;
      return { terms, start, wanted: terms.slice(start, start + length) };
    });
  await fc.assert(
    fc.asyncProperty(passage, fc.infiniteStream(fc.nat(1_000)), async ({ terms, start, wanted }, keys) => {
      const shuffled = wanted
        .map((term) => ({ term, key: keys.next().value }))
        .sort((a, b) => a.key - b.key)
        .map(({ term }) => term);
      assert.deepEqual(await align(terms, shuffled, even), {
        start,
        end: start + wanted.length,
        coverage: 1,
      });
    }),
  );
});

test("a share is never more than one, whatever the weights add up to", async () => {
  const terms = Array.from({ length: 500 }, (_, index) => `t${index}`);
  const weightOf = (term: string) => 0.1 * Number(term.slice(1)) + 0.7;
  for (let at = 0; at + 7 < terms.length; at += 7) {
    const found = await align(terms, terms.slice(at, at + 7), weightOf);
    assert.ok(found !== undefined && found.coverage <= 1);
  }
});

test("a long text is looked through while other work goes on", async () => {
  const terms = Array.from({ length: 2_000_000 }, (_, index) => `t${index % 5_000}`);
  let turns = 0;
  let next = setImmediate(function turn() {
    turns++;
    next = setImmediate(turn);
  });
  await align(terms, terms.slice(100, 1_000), even);
  clearImmediate(next);
  assert.ok(turns > 1);
});
