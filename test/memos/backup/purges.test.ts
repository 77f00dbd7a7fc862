import assert from "node:assert/strict";
import { test } from "node:test";
import { allOf, found, openMemos, refused, remember, temporaryFolder, textIn } from "../support.js";
import { restored, SCOPE } from "./support.js";

test("what was purged after a backup comes back with it, unless the receipts of the purges are given", async (t) => {
  const { memos } = await openMemos(t);
  const kept = await remember(memos, "Ana keeps bees in the garden.", SCOPE);
  const gone = await remember(memos, "The safe opens with heliotrope and marzipan.", SCOPE);
  const { path: backup } = await memos.backup(await temporaryFolder(t));
  const later = await remember(memos, "After the backup, gone as well.", SCOPE);
  const receipt = await memos.forgetting.forget({ ids: [gone, later] }, SCOPE, { mode: "purge" });

  const silent = await restored(t, { backup });
  assert.deepEqual(await found(silent.memos, "heliotrope", SCOPE), [
    "The safe opens with heliotrope and marzipan.",
  ]);

  const { memos: copy, receipt: made } = await restored(t, { backup, purges: [receipt] });
  assert.deepEqual([made.purged, made.held, made.rows], [1, [], 1]);
  assert.deepEqual(
    (await allOf(copy, SCOPE)).map(({ id }) => id),
    [kept],
  );
  assert.deepEqual(await found(copy, "heliotrope", SCOPE), []);
  const proof = await copy.forgetting.verify(receipt, SCOPE);
  assert.deepEqual([proof.clean, proof.found, proof.remains], [true, [], []]);
});

test("what may not be purged as of the backup is left, and named", async (t) => {
  const { memos } = await openMemos(t);
  const held = await remember(memos, "Under dispute.", SCOPE);
  const free = await remember(memos, "Nobody needs this.", SCOPE);
  await memos.lifecycle.govern(held, { retention: "legal-hold" }, SCOPE);
  const { path: backup } = await memos.backup(await temporaryFolder(t));
  await memos.lifecycle.govern(held, { retention: "default" }, SCOPE);
  const receipt = await memos.forgetting.forget({ all: true }, SCOPE, { mode: "purge" });
  assert.deepEqual(new Set(receipt.forgotten.map(({ id }) => id)), new Set([held, free]));
  const copy = await restored(t, { backup, purges: [receipt] });
  assert.equal(copy.receipt.purged, 1);
  assert.deepEqual(
    copy.receipt.held.map(({ id }) => id),
    [held],
  );
  assert.deepEqual((await allOf(copy.memos, SCOPE)).map(textIn), ["Under dispute."]);
});

test("a tombstone is no purge: its receipt changes nothing", async (t) => {
  const { memos } = await openMemos(t);
  const id = await remember(memos, "Hidden later.", SCOPE);
  const { path: backup } = await memos.backup(await temporaryFolder(t));
  const receipt = await memos.forgetting.forget({ ids: [id] }, SCOPE);
  const copy = await restored(t, { backup, purges: [receipt] });
  assert.equal(copy.receipt.purged, 0);
  assert.equal((await allOf(copy.memos, SCOPE)).length, 1);
});

test("more receipts than one restore takes are refused", async (t) => {
  const { memos } = await openMemos(t);
  const { path: backup } = await memos.backup(await temporaryFolder(t));
  const purges = new Array(10_001).fill({});
  await assert.rejects(restored(t, { backup, purges }), refused("TOO_LARGE"));
});
