import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { MemOS, Scope } from "../../../memos/index.js";
import { Flusher } from "../../../memos/store/index/flusher.js";
import type { Ledger } from "../../../memos/store/ledger.js";
import type { Store } from "../../../memos/store/store.js";
import { flush, openMemos, openStore, refused, remember } from "../support.js";
import { BUCKET, objectsIn, PLACES, startS3, tablesOf } from "./support.js";

const ACME: Scope = { tenant: "acme" };

/** A ledger that grants the lease to whoever asks: as between machines whose clocks differ, or after a long pause. */
function withoutLease(ledger: Ledger): Ledger {
  return new Proxy(ledger, {
    get: (target, name) => (name === "lease" ? async () => true : Reflect.get(target, name)),
  });
}

/** What the table says at the version that the ledger names, and what the cubes of the ledger say. */
async function bothSides(store: Store, options: Parameters<typeof tablesOf>[1]) {
  const { partition } = await store.ledger.head(ACME.tenant);
  assert.ok(partition);
  const table = await (await tablesOf(store.path, options)).openTable(`p${partition.number}`);
  await table.checkout(partition.baseVersion);
  const rows = await table.query().select(["key", "terms"]).toArray();
  const indexed = rows.map(({ key, terms }) => `${key} ${terms}`).sort();
  const { cubes } = await store.ledger.scan(ACME.tenant, 0, 10_000);
  assert.equal(partition.rows, rows.length);
  return {
    indexed,
    keys: rows.map(({ key }) => key as number).sort(),
    cubes: cubes.map(({ key }) => key).sort(),
  };
}

for (const place of PLACES) {
  test(`a writer that has lost its lease without noticing changes nothing more, ${place.name}`, async (t) => {
    const options = await place.options(t);
    const { memos, path } = await openMemos(t, options);
    const store = await openStore(t, path, undefined, options.objects);
    for (let n = 0; n < 5; n++) await memos.add(`walrus ${n}`, ACME);
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
    await late.optimize().catch((error) => refused("CONFLICT")(store.folder.failure(error)));
    assert.deepEqual(await bothSides(store, options.objects), before);
    await memos.add("written afterwards", ACME);
    await flush(store);
    const { keys, cubes } = await bothSides(store, options.objects);
    assert.deepEqual(keys, cubes);
  });

  test(`of two that make the first table of a tenant at once, both end with all rows, ${place.name}`, async (t) => {
    const options = await place.options(t);
    const { memos, path } = await openMemos(t, options);
    const stores = [
      await openStore(t, path, undefined, options.objects),
      await openStore(t, path, undefined, options.objects),
    ] as const;
    for (let n = 0; n < 20; n++) await memos.add(`walrus ${n}`, ACME);
    await flushAtOnce(stores);
    await flush(stores[0]);
    const { keys, cubes } = await bothSides(stores[0], options.objects);
    assert.deepEqual(keys, cubes);
  });
}

/** Both flush at the same time, and neither knows of the other. */
async function flushAtOnce(stores: readonly Store[]): Promise<void> {
  await Promise.all(
    stores.map(async ({ ledger, folder, embedder }) => {
      const flusher = new Flusher(withoutLease(ledger), folder, embedder, (error) =>
        assert.fail(String(error)),
      );
      await flusher.flushAll();
      await flusher.close();
    }),
  );
}

type Step = { readonly kind: "add" | "update" | "forget" | "flush"; readonly at: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ kind: fc.constantFrom("add", "add", "update", "forget", "flush" as const), at: fc.nat(1_000) }),
  { minLength: 4, maxLength: 14 },
);

async function take(step: Step, memos: MemOS, ids: string[], stores: readonly Store[]): Promise<void> {
  const id = ids.length === 0 ? undefined : ids[step.at % ids.length];
  if (step.kind === "flush") return flushAtOnce(stores);
  if (step.kind === "add" || id === undefined) {
    ids.push(await remember(memos, `walrus ${ids.length} was born`, ACME));
    return;
  }
  if (step.kind === "update") await memos.update(id, { text: `walrus ${step.at} has changed` }, ACME);
  else {
    await memos.forget(id, ACME);
    ids.splice(ids.indexOf(id), 1);
  }
}

test("whatever two writers do at once without a lease, the index of a bucket holds what a rebuild makes", async (t) => {
  const server = await startS3(t);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const life = { after: (end: () => Promise<void>) => ends.push(end) };
      const ends: (() => Promise<void>)[] = [];
      try {
        const objects = objectsIn(server, { url: `s3://${BUCKET}/run${runs++}` });
        const { memos, path } = await openMemos(life, { objects });
        const stores = [
          await openStore(life, path, undefined, objects),
          await openStore(life, path, undefined, objects),
        ];
        const known: string[] = [];
        for (const step of [...history, { kind: "add", at: 0 } as const])
          await take(step, memos, known, stores);
        await flush(stores[0] as Store);
        const { indexed, keys, cubes } = await bothSides(stores[0] as Store, objects);
        assert.deepEqual(keys, cubes);
        await memos.rebuild();
        assert.deepEqual((await bothSides(stores[0] as Store, objects)).indexed, indexed);
      } finally {
        for (const end of ends) await end();
      }
    }),
    { numRuns: 6 },
  );
});
