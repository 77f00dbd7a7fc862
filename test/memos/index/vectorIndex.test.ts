import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../eval/metrics/index.js";
import { BaseFolder } from "../../../memos/store/index/base.js";
import type { IndexRow } from "../../../memos/store/index/row.js";
import { VECTOR_INDEX_ROWS } from "../../../memos/store/index/vectorPartitions.js";
import { temporaryFolder } from "../support.js";

const K = 10;

/** Subjects that vectors lie around, as those of texts do. */
const SUBJECTS = 300;
const SCATTER = 0.7;

function unitVector(dimension: number, random: () => number): Float32Array {
  const subject = seededRandom(Math.floor(random() * SUBJECTS));
  const vector = Float32Array.from({ length: dimension }, () => subject() - 0.5 + SCATTER * (random() - 0.5));
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
}

for (const [dimension, kind] of [
  [128, "a bit for each dimension"],
  [12, "whole vectors, of too few dimensions for bits"],
] as const)
  test(`a table with as many rows as make a vector index finds the nearest through it: ${kind}`, async (t) => {
    const random = seededRandom(dimension);
    const folder = await BaseFolder.open(await temporaryFolder(t));
    t.after(() => folder.close());
    const rows = Array.from({ length: VECTOR_INDEX_ROWS }, (_, key): IndexRow & { vector: Float32Array } => ({
      key,
      scope: { tenant: "acme" },
      type: "episodic",
      recordedAt: key,
      expiresAt: null,
      duplicateOf: null,
      terms: ["walrus"],
      own: 1,
      vector: unitVector(dimension, random),
    }));
    const writer = await folder.writable(1, 0, dimension);
    await writer.append(rows);
    await writer.optimize(new Date(0));
    const base = await folder.at(1, await writer.version());

    let found = 0;
    for (let question = 0; question < 20; question++) {
      const vector = unitVector(dimension, random);
      const similarities = new Map(rows.map((row) => [row.key, dot(row.vector, vector)]));
      const nearest = [...similarities].sort((a, b) => b[1] - a[1]).slice(0, K);
      const answer = await base.vector(
        { terms: [], vector, allows: () => true, limit: 100, now: 0 },
        undefined,
        { rows: 116, rowsAtMost: 20_000, counts: () => true },
      );
      for (const { key, similarity } of answer)
        assert.ok(Math.abs((similarity ?? 0) - (similarities.get(key) as number)) < 1e-5, "exact");
      const first = new Set(answer.slice(0, K).map(({ key }) => key));
      found += nearest.filter(([key]) => first.has(key)).length;
    }
    assert.ok(found / (20 * K) >= 0.95, `${found} of ${20 * K} found`);
  });
