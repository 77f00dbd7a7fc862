import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { runScaleBench } from "../../bench/scale.js";
import { temporaryFolder } from "../memos/support.js";

test("the scale bench measures three sizes, keeps the largest, and does not fill it twice", async (t) => {
  const options = { n: 400, tenants: 2, store: join(await temporaryFolder(t), "store") };
  const { steps, growth } = await runScaleBench(options, () => undefined);
  // What was taken in as a stream, and twenty one by one.
  assert.deepEqual(
    steps.map(({ cubes }) => cubes),
    [24, 60, 420],
  );
  for (const { ingest, recallAt10VsExact, bytesPerCube, open } of steps) {
    assert.ok((ingest.cubesPerSecond ?? 0) > 0);
    // A store this small compares every vector, so nothing may be missing.
    assert.equal(recallAt10VsExact, 1);
    assert.ok(bytesPerCube.all >= bytesPerCube.ledger && bytesPerCube.ledger > 0);
    assert.ok(open.firstSearchMs > open.openMs);
  }
  assert.ok(growth.add > 0 && growth.search > 0);

  const again = await runScaleBench(options, () => undefined);
  assert.equal(again.steps.at(-1)?.cubes, 440);
  assert.equal(again.steps.at(-1)?.ingest.cubesPerSecond, null, "it was full");
});
