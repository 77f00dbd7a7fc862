import assert from "node:assert/strict";
import { test } from "node:test";
import type * as lancedb from "@lancedb/lancedb";
import { tablesOf } from "../../../bench/objects/indexedRows.js";
import type { ObjectOptions } from "../../../memos/index.js";
import { PLACES } from "../objects/support.js";
import { flush, found, openMemos, openStore, remember } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };

/** A table as the index has it, without the ledger knowing: where a flush stands when its process dies. */
async function openTable(
  path: string,
  objects: ObjectOptions | undefined,
  partition: number,
): Promise<lancedb.Table> {
  return (await tablesOf(path, objects)).openTable(`p${partition}`);
}

for (const place of PLACES) {
  test(`rows that a flush wrote before its process died, and never committed, are undone by the next, ${place.name}`, async (t) => {
    const options = await place.options(t);
    const { memos, path } = await openMemos(t, options);
    const store = await openStore(t, path, undefined, options.objects);
    await memos.add("The walrus is grey.", ANA);
    const gone = await remember(memos, "The walrus is pink.", ANA);
    await flush(store);
    const { partition } = await store.ledger.head("acme");
    assert.ok(partition);

    const table = await openTable(path, options.objects, partition.number);
    const [row] = await table.query().limit(1).toArray();
    assert.ok(row);
    const copy = {
      ...row,
      key: 4711,
      terms: "walru walru ghost ghost",
      own: 2,
      length: 4,
      vector: [...row.vector],
    };
    await table.add([copy, { ...copy, key: row.key }]);
    await table.delete(`key = ${row.key + 1}`);
    assert.ok((await table.version()) > partition.baseVersion, "the table is ahead of the ledger");

    assert.deepEqual(await found(memos, "ghost", ANA), [], "what the ledger does not name is not searched");
    assert.equal((await found(memos, "walrus", ANA)).length, 2);

    await memos.forget(gone, ANA);
    await memos.add("The walrus is blue.", ANA);
    await flush(store);
    const after = (await store.ledger.head("acme")).partition;
    assert.equal(after?.rows, 2);
    const rows = await (await openTable(path, options.objects, partition.number))
      .query()
      .select(["key", "terms"])
      .toArray();
    const { cubes } = await store.ledger.scan("acme", 0, 100);
    assert.deepEqual(
      rows.map(({ key }) => key as number).sort(),
      cubes.map(({ key }) => key).sort(),
      "the index holds exactly the cubes of the ledger",
    );
    assert.deepEqual((await found(memos, "walrus", ANA)).sort(), [
      "The walrus is blue.",
      "The walrus is grey.",
    ]);
    assert.deepEqual(await found(memos, "ghost", ANA), []);
  });

  test(`a table that a first flush left without being committed is begun anew, ${place.name}`, async (t) => {
    const options = await place.options(t);
    const { memos, path } = await openMemos(t, options);
    const store = await openStore(t, path, undefined, options.objects);
    await memos.add("The walrus is grey.", ANA);
    const partition = await store.ledger.openPartition("acme", store.embedder, "live");
    const writer = await store.folder.writable(partition.number, 0, partition.dimension);
    const { cubes } = await store.ledger.scan("acme", 0, 10);
    assert.equal(cubes.length, 1);
    assert.ok((await writer.version()) > 0);
    await writer.append([
      {
        key: 4711,
        scope: ANA,
        type: "episodic",
        recordedAt: 1,
        expiresAt: null,
        duplicateOf: null,
        terms: ["walru"],
        own: 1,
        vector: null,
      },
    ]);
    assert.equal((await found(memos, "walrus", ANA)).length, 1);
    await flush(store);
    assert.equal((await store.ledger.head("acme")).partition?.rows, 1);
    assert.equal((await found(memos, "walrus", ANA)).length, 1);
  });
}
