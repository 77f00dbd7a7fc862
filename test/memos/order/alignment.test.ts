import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { align } from "../../../memos/order/alignment.js";

const even = () => 1;
const of = (text: string) => text.split(" ");

test("a passage is found where it stands, as narrow as it is", () => {
  const found = align(of("the old man of the sea came home at last"), of("sea came home"), even);
  assert.deepEqual(found, { start: 5, end: 8, coverage: 1 });
});

test("words in another order, or left out, are found at the same place", () => {
  const text = of("a b c d e f g h i j");
  assert.deepEqual(align(text, of("f d e"), even), { start: 3, end: 6, coverage: 1 });
  assert.deepEqual(align(text, of("c e f"), even), { start: 2, end: 6, coverage: 1 });
});

test("a term that stands once counts once", () => {
  assert.equal(align(of("x y z"), of("x x"), even)?.coverage, 0.5);
});

test("what stands nowhere has no place", () => {
  assert.equal(align(of("x y z"), of("q"), even), undefined);
  assert.equal(align([], of("q"), even), undefined);
});

test("any passage of different terms is found whole, however it is shuffled", () => {
  const passage = fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.nat(59), fc.integer({ min: 1, max: 20 }))
    .map(([size, at, length]) => {
      const terms = Array.from({ length: size }, (_, index) => `t${index}`);
      const start = at % size;
      return { terms, start, wanted: terms.slice(start, start + length) };
    });
  fc.assert(
    fc.property(passage, fc.infiniteStream(fc.nat(1_000)), ({ terms, start, wanted }, keys) => {
      const shuffled = wanted
        .map((term) => ({ term, key: keys.next().value }))
        .sort((a, b) => a.key - b.key)
        .map(({ term }) => term);
      assert.deepEqual(align(terms, shuffled, even), { start, end: start + wanted.length, coverage: 1 });
    }),
  );
});
