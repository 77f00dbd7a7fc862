import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { align, type Piece } from "../../../agents/resources/align.js";

const pieces = (texts: readonly string[]): Piece[] =>
  texts.map((text, index) => ({ text, place: `${index}` }));

test("what has not changed stays, and what follows an insertion has moved", () => {
  const { unchanged, moved, changed, added, gone } = align(
    pieces(["a", "b", "c"]),
    pieces(["a", "x", "b", "c"]),
  );
  assert.deepEqual(unchanged, [{ before: 0, after: 0 }]);
  assert.deepEqual(moved, [
    { before: 1, after: 2 },
    { before: 2, after: 3 },
  ]);
  assert.deepEqual([changed, added, gone], [[], [1], []]);
});

test("a text that was edited takes the place of the old one", () => {
  const { unchanged, changed, added, gone } = align(pieces(["a", "b", "c"]), pieces(["a", "B", "c"]));
  assert.equal(unchanged.length, 2);
  assert.deepEqual(changed, [{ before: 1, after: 1 }]);
  assert.deepEqual([added, gone], [[], []]);
});

test("what is no longer there is gone", () => {
  assert.deepEqual(align(pieces(["a", "b", "c"]), pieces(["a", "c"])).gone, [1]);
});

test("every new piece has one origin, and every old one is used or gone, whatever the two lists are", () => {
  const list = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 }).map(pieces);
  fc.assert(
    fc.property(list, list, (before, after) => {
      const { unchanged, moved, changed, added, gone } = align(before, after);
      const pairs = [...unchanged, ...moved, ...changed];
      const ascending = (numbers: number[]) => numbers.sort((a, b) => a - b);
      assert.deepEqual(ascending([...pairs.map((pair) => pair.after), ...added]), [...after.keys()]);
      assert.deepEqual(ascending([...pairs.map((pair) => pair.before), ...gone]), [...before.keys()]);
      for (const pair of [...unchanged, ...moved])
        assert.equal(before[pair.before]?.text, after[pair.after]?.text);
      for (const pair of unchanged) assert.equal(before[pair.before]?.place, after[pair.after]?.place);
    }),
  );
});

test("the same list has not changed", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 20 }).map(pieces), (list) => {
      assert.equal(align(list, list).unchanged.length, list.length);
    }),
  );
});
