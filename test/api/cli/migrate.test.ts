import assert from "node:assert/strict";
import { after, test } from "node:test";
import { migrationReceiptSchema, undoneMigrationSchema } from "../../../memos/index.js";
import { temporaryFolder } from "../../memos/support.js";
import { startPostgres, withoutPostgres } from "../../support/postgresServer.js";
import { failureSchema, memos, memosJson } from "./memosProcess.js";

const server = await startPostgres({ after }, { fsync: false });

test("memos migrate moves a store that answers at its new address, and takes the old one back", {
  skip: withoutPostgres,
}, async (t) => {
  const store = await temporaryFolder(t);
  const to = `${server?.url}?schema=cli`;
  await memos(["add", "Ana keeps a walrus.", "--user", "ana", "--store", store]);
  assert.equal((await memos(["migrate", "--from", store])).status, 2, "neither --to nor --undo");
  const receipt = await memosJson(["migrate", "--from", store, "--to", to], migrationReceiptSchema);
  assert.deepEqual([receipt.verified, receipt.cubes], [true, 1]);

  const recall = ["recall", "What does Ana keep?", "--user", "ana", "--store", store];
  assert.match((await memos(recall, { environment: { MEMOS_LEDGER: to } })).stdout, /walrus/);
  const old = await memos([...recall, "--json"]);
  assert.equal(old.status, 1);
  const { error } = failureSchema.parse(JSON.parse(old.stdout));
  assert.match(error.message, /was moved to postgres:\/\/127\.0\.0\.1:\d+\/postgres\?schema=cli/);

  const undone = await memosJson(["migrate", "--undo", "--from", store], undoneMigrationSchema);
  assert.equal(undone.finished, true);
  assert.match((await memos(recall)).stdout, /walrus/);
});
