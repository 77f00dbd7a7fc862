import assert from "node:assert/strict";
import { test } from "node:test";
import { runMigrateBench } from "../../bench/migrate.js";
import { withoutPostgres } from "../support/postgresServer.js";

test("a store is moved to Postgres by a second process after the first was killed, and the figures say so", {
  skip: withoutPostgres,
}, async () => {
  const result = await runMigrateBench({ n: 40 }, () => undefined);
  assert.equal(result.verified, true);
  assert.equal(result.cubes, 40);
  assert.ok(result.resumedAt > 0 && result.resumedAt < result.rows);
  assert.ok(result.baseline.pgCopyRowsPerSecond > 0);
});
