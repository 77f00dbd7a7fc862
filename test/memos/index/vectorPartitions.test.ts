import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  partitionsDue,
  probedShare,
  probesOf,
  VECTOR_INDEX_ROWS,
} from "../../../memos/store/index/vectorPartitions.js";

test("vectors are divided once there are enough, and anew when there are four times as many", () => {
  assert.equal(partitionsDue(VECTOR_INDEX_ROWS - 1, undefined), undefined);
  const first = partitionsDue(VECTOR_INDEX_ROWS, undefined);
  assert.equal(first, Math.ceil(Math.sqrt(VECTOR_INDEX_ROWS) / 2));
  assert.equal(partitionsDue(3 * VECTOR_INDEX_ROWS, first), undefined);
  assert.ok((partitionsDue(4 * VECTOR_INDEX_ROWS + 1_000, first) ?? 0) >= 2 * (first ?? 0));
});

test("a query looks into all of a table up to a size, and never into less than a share of it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100_000_000 }),
      fc.integer({ min: 1, max: 10_000 }),
      (rows, partitions) => {
        const share = probedShare(rows);
        assert.ok(share <= 1 && share >= 0.3);
        if (rows <= 320_000) assert.equal(probesOf(rows, partitions), partitions);
        assert.ok(probesOf(rows, partitions) >= share * partitions);
      },
    ),
  );
});
