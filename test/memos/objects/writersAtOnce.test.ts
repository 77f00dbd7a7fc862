import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { tablesOf } from "../../../bench/objects/indexedRows.js";
import type { MemOS, Scope } from "../../../memos/index.js";
import { BaseFolder } from "../../../memos/store/index/base.js";
import { Flusher } from "../../../memos/store/index/flusher.js";
import type { Ledger } from "../../../memos/store/ledger.js";
import { lanceConnection, objectSettings } from "../../../memos/store/objects/settings.js";
import type { Store } from "../../../memos/store/store.js";
import { atEnd, flush, type Lifetime, openMemos, openStore, refused, remember } from "../support.js";
import { objectsIn, PLACES, startS3 } from "./support.js";

const ACME: Scope = { tenant: "acme" };
type Objects = Parameters<typeof tablesOf>[1];

/** A ledger that grants the lease to whoever asks: as between machines whose clocks differ, or after a long pause. */
function withoutLease(ledger: Ledger): Ledger {
  return new Proxy(ledger, {
    get: (target, name) => (name === "lease" ? async () => true : Reflect.get(target, name)),
  });
}

/** What the table says at the version that the ledger names, and what the cubes of the ledger say. */
async function bothSides(store: Store, objects: Objects, { tenant }: Scope = ACME) {
  const { partition } = await store.ledger.head(tenant);
  assert.ok(partition);
  const table = await (await tablesOf(store.path, objects)).openTable(`p${partition.number}`);
  await table.checkout(partition.baseVersion);
  const rows = await table.query().select(["key", "terms"]).toArray();
  const { cubes } = await store.ledger.scan(tenant, 0, 10_000);
  assert.equal(partition.rows, rows.length);
  return {
    indexed: rows.map(({ key, terms }) => `${key} ${terms}`).sort(),
    keys: rows.map(({ key }) => key as number).sort(),
    cubes: cubes.map(({ key }) => key).sort(),
  };
}

/** The tables of a store as another machine has them open. */
async function elsewhere(t: Lifetime, { path }: Store, objects: Objects): Promise<BaseFolder> {
  const other = await BaseFolder.open(
    objects === undefined
      ? `${path}/index`
      : { ...lanceConnection(objectSettings(objects)), place: "The bucket" },
  );
  atEnd(t, async () => other.close());
  return other;
}

/** Both flush at the same time, and neither knows of the other. */
async function flushAtOnce({ ledger, embedder }: Store, folders: readonly BaseFolder[]): Promise<void> {
  await Promise.all(
    folders.map(async (folder) => {
      const flusher = new Flusher(withoutLease(ledger), folder, embedder, (error) =>
        assert.fail(String(error)),
      );
      await flusher.flushAll();
      await flusher.close();
    }),
  );
}

for (const place of PLACES) {
  test(`a writer that has lost its lease without noticing changes nothing more, ${place.name}`, async (t) => {
    const options = await place.options(t);
    const { memos, path } = await openMemos(t, options);
    const store = await openStore(t, path, undefined, options.objects);
    await memos.add(
      Array.from({ length: 5 }, (_, n) => `walrus ${n}`),
      ACME,
    );
    await flush(store);
    const { partition } = await store.ledger.head("acme");
    assert.ok(partition);
    const { number, baseVersion, dimension } = partition;

    const late = await store.folder.writable(number, baseVersion, dimension);
    await memos.add("written meanwhile", ACME);
    await flush(store);
    const before = await bothSides(store, options.objects);
    assert.equal(before.keys.length, 6);
    const row = {
      key: 4711,
      scope: ACME,
      type: "episodic",
      recordedAt: 1,
      expiresAt: null,
      duplicateOf: null,
      terms: ["ghost"],
      own: 1,
      vector: null,
    } as const;
    for (const change of [() => late.append([row]), () => late.remove(before.keys)])
      await assert.rejects(change, (error) => refused("CONFLICT")(store.folder.failure(error)));
    // It may find nothing to do.
    await late.optimize(new Date(0)).catch((error) => refused("CONFLICT")(store.folder.failure(error)));
    assert.deepEqual(await bothSides(store, options.objects), before);
    await memos.add("written afterwards", ACME);
    await flush(store);
    const { keys, cubes } = await bothSides(store, options.objects);
    assert.deepEqual(keys, cubes);
  });

  test(`of two that make the first table of a tenant at once, both end with all rows, ${place.name}`, async (t) => {
    const options = await place.options(t);
    const { memos, path } = await openMemos(t, options);
    const store = await openStore(t, path, undefined, options.objects);
    const other = await elsewhere(t, store, options.objects);
    await memos.add(
      Array.from({ length: 20 }, (_, n) => `walrus ${n}`),
      ACME,
    );
    await flushAtOnce(store, [store.folder, other]);
    await flush(store);
    const { keys, cubes } = await bothSides(store, options.objects);
    assert.deepEqual(keys, cubes);
  });
}

type Step = { readonly kind: "add" | "update" | "forget" | "flush"; readonly at: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ kind: fc.constantFrom("add", "add", "update", "forget", "flush" as const), at: fc.nat(1_000) }),
  { minLength: 4, maxLength: 14 },
);

/** What is written of one owner; `flush` is left to two writers at once. */
async function take(step: Step, memos: MemOS, ids: string[], scope: Scope): Promise<void> {
  const id = ids.length === 0 ? undefined : ids[step.at % ids.length];
  if (step.kind === "add" || id === undefined)
    ids.push(await remember(memos, `walrus ${ids.length} was born`, scope));
  else if (step.kind === "update") await memos.update(id, { text: `walrus ${step.at} has changed` }, scope);
  else {
    await memos.forget(id, scope);
    ids.splice(ids.indexOf(id), 1);
  }
}

test("whatever two writers do at once without a lease, the index of a bucket holds what a rebuild makes", async (t) => {
  const objects = objectsIn(await startS3(t));
  const { memos, path } = await openMemos(t, { objects });
  const store = await openStore(t, path, undefined, objects);
  const folders = [store.folder, await elsewhere(t, store, objects)];
  let runs = 0;
  const indexes = new Map<string, readonly string[]>();
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const scope = { tenant: `run${runs++}` };
      const ids: string[] = [];
      for (const step of [...history, { kind: "add", at: 0 } as const])
        if (step.kind === "flush") await flushAtOnce(store, folders);
        else await take(step, memos, ids, scope);
      await flush(store);
      const { indexed, keys, cubes } = await bothSides(store, objects, scope);
      assert.deepEqual(keys, cubes);
      indexes.set(scope.tenant, indexed);
    }),
    { numRuns: 6 },
  );
  await memos.rebuild();
  for (const [tenant, indexed] of indexes)
    assert.deepEqual((await bothSides(store, objects, { tenant })).indexed, indexed);
});
