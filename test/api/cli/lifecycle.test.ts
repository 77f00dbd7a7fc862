import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as z from "zod";
import { memCubeSchema } from "../../../memcube/index.js";
import {
  diffResultSchema,
  feedbackReceiptSchema,
  recallResultSchema,
  rollbackReceiptSchema,
  searchResultSchema,
  snapshotSchema,
  writeReceiptSchema,
} from "../../../memos/index.js";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { failureSchema, memos, memosJson } from "./memosProcess.js";

const scope = ["--user", "ana"];

async function storeWith(context: Parameters<typeof temporaryFolder>[0], ...texts: string[]) {
  const store = ["--store", join(await temporaryFolder(context), "store")];
  const ids: string[] = [];
  for (const text of texts) {
    const added = await memosJson(["add", text, ...scope, ...store], writeReceiptSchema);
    ids.push(added.written[0]?.id ?? "");
  }
  return { store, ids };
}

test("a memory is frozen, thawed, forgotten and restored from a shell", async (context) => {
  const { store, ids } = await storeWith(context, "Ana keeps bees.");
  const [id] = ids as [string];
  await memosJson(["freeze", id, "--cause", "agreed", ...store], writeReceiptSchema);
  assert.equal((await memosJson(["get", id, ...store], memCubeSchema)).state, "frozen");
  const twice = await memos(["freeze", id, "--json", ...store]);
  assert.equal(failureSchema.parse(JSON.parse(twice.stdout)).error.code, "INVALID_TRANSITION");
  await memosJson(["restore", id, ...store], writeReceiptSchema);
  assert.equal((await memosJson(["get", id, ...store], memCubeSchema)).state, "active");
  await memosJson(["forget", id, ...store], writeReceiptSchema);
  const restored = await memosJson(["restore", id, ...store], writeReceiptSchema);
  assert.equal(restored.operation, "recover");
  assert.equal(
    (await memosJson(["search", "bees", ...scope, ...store], searchResultSchema)).hits[0]?.cube.id,
    id,
  );
});

test("what is archived is recalled when it is asked for, and then active again", async (context) => {
  const { store, ids } = await storeWith(context, "Ana keeps bees.");
  const [id] = ids as [string];
  await memosJson(["archive", id, ...store], writeReceiptSchema);
  const recall = (...more: string[]) =>
    memosJson(["recall", "bees", ...scope, ...more, ...store], recallResultSchema);
  assert.deepEqual((await recall()).items, []);
  assert.equal((await recall("--archived")).items.length, 1);
  const cube = await memosJson(["get", id, ...store], memCubeSchema);
  assert.deepEqual([cube.state, cube.behaviour.useCount], ["active", 1]);
  assert.equal((await recall("--without", id)).items.length, 0);
  const judged = await memosJson(["feedback", id, "outdated", ...store], feedbackReceiptSchema);
  assert.equal(judged.cube.behaviour.feedback.outdated, 1);
});

test("memories are merged and taken apart", async (context) => {
  const { store, ids } = await storeWith(context, "Ana keeps bees.", "Ana keeps bees in Quillmere.");
  const merged = await memosJson(
    ["merge", ...ids, "--text", "Bees in Quillmere.", ...store],
    writeReceiptSchema,
  );
  const id = merged.written[0]?.id ?? "";
  assert.equal((await memosJson(["get", ids[0] as string, ...store], memCubeSchema)).state, "merged");
  await memosJson(["unmerge", id, ...store], writeReceiptSchema);
  assert.equal((await memosJson(["get", ids[0] as string, ...store], memCubeSchema)).state, "active");
});

test("a point in time is named, compared with and gone back to", async (context) => {
  const { store, ids } = await storeWith(context, "Ana keeps bees.");
  await memosJson(["snapshot", "before", ...store], snapshotSchema);
  const added = await memosJson(["add", "Ana sold the bees.", ...scope, ...store], writeReceiptSchema);
  const diff = await memosJson(["diff", "before", ...scope, ...store], diffResultSchema);
  assert.deepEqual(
    diff.differences.map(({ id, change }) => [id, change]),
    [[added.written[0]?.id, "added"]],
  );
  await memosJson(["rollback", "before", ...scope, ...store], rollbackReceiptSchema);
  const found = await memosJson(["search", "bees", ...scope, ...store], searchResultSchema);
  assert.deepEqual(
    found.hits.map(({ cube }) => cube.id),
    ids,
  );
  assert.match((await memos(["snapshot", ...store])).stdout, /before/);
  await memosJson(["snapshot", "before", "--drop", ...store], z.object({ name: z.literal("before") }));
});
