import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { allGoldAtK, recallAtK } from "../../../eval/metrics/index.js";

const ranked = ["a", "b", "c", "d"];

test("recall@k is the share of the gold items in the top k", () => {
  const gold = new Set(["b", "d", "z"]);
  assert.equal(recallAtK(ranked, gold, 1), 0);
  assert.equal(recallAtK(ranked, gold, 2), 1 / 3);
  assert.equal(recallAtK(ranked, gold, 4), 2 / 3);
  assert.equal(recallAtK(ranked, gold, 100), 2 / 3);
});

test("an item that is ranked twice is found once", () => {
  assert.equal(recallAtK(["a", "a", "b"], new Set(["a", "b"]), 2), 0.5);
});

test("all-gold@k needs every gold item", () => {
  assert.equal(allGoldAtK(ranked, new Set(["a", "c"]), 2), 0);
  assert.equal(allGoldAtK(ranked, new Set(["a", "c"]), 3), 1);
});

test("recall without gold items is an error, not a zero", () => {
  assert.throws(() => recallAtK(ranked, new Set(), 2), { code: "INVALID_INPUT" });
});

test("recall lies between 0 and 1 and never falls with k", () => {
  const letters = fc.array(fc.constantFrom(..."abcdefgh"), { maxLength: 12 });
  const gold = fc.uniqueArray(fc.constantFrom(..."abcdefgh"), { minLength: 1 });
  fc.assert(
    fc.property(letters, gold, fc.nat(12), (list, golds, k) => {
      const here = recallAtK(list, new Set(golds), k);
      const further = recallAtK(list, new Set(golds), k + 1);
      assert.ok(here >= 0 && here <= further && further <= 1);
      assert.ok(allGoldAtK(list, new Set(golds), k) <= here);
    }),
  );
});
