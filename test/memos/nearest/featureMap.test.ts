import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FeatureMap } from "../../../memos/nearest/featureMap.js";

test("it holds what a map holds", () => {
  const entries = fc.array(fc.tuple(fc.maxSafeNat(), fc.nat()));
  fc.assert(
    fc.property(entries, fc.maxSafeNat(), (all, other) => {
      const features = new FeatureMap();
      for (const [feature, value] of all) features.set(feature, value);
      const map = new Map(all);
      assert.equal(features.size, map.size);
      assert.deepEqual(new Map(features), map);
      assert.equal(features.get(other), map.get(other));
    }),
  );
});
