import assert from "node:assert/strict";
import { test } from "node:test";
import { flush, openMemos, openStore } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };

test("a flush keeps what the ledger named before it until the next one", async (t) => {
  const { memos, path } = await openMemos(t);
  const store = await openStore(t, path);
  const named: number[] = [];
  for (const text of ["The walrus is grey.", "The oboe is black.", "The pelican is white."]) {
    await memos.add(text, ANA);
    await flush(store);
    const { partition } = await store.ledger.head("acme");
    assert.ok(partition);
    named.push(partition.baseVersion);
    for (const version of named.slice(-2)) await store.folder.at(partition.number, version);
  }
});
