import { isMemosError } from "../memcube/index.js";
import type { Embedder } from "./inference/embedder.js";
import type { BucketObjects } from "./store/objects/bucketObjects.js";
import { CLAIM } from "./store/objects/claim.js";
import type { Store } from "./store/store.js";
import { unembeddedTenants } from "./unembedded.js";

export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

async function finding(name: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    if (isMemosError(error)) return { name, ok: false, detail: error.message, remedy: error.remedy };
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Looks at every part of a store and says what is wrong and what to do about it. Changes nothing. */
export async function checkUp(store: Store, embedder: Embedder): Promise<Finding[]> {
  const { ledger, folder } = store;
  const partitions = await ledger.partitions();
  const live = partitions.filter((row) => row.state === "live");
  const findings = [
    await finding(
      store.onServer ? "ledger on Postgres" : "ledger file",
      async () => `${((await ledger.bytes()) / 1e6).toFixed(1)} MB`,
    ),
    ...(await replicaFinding(store)),
    await verifyLedger(store),
    await finding("index", async () => {
      let rows = 0;
      for (const row of live)
        if (row.baseVersion > 0) rows += (await folder.at(row.number, row.baseVersion)).rows;
      return `${rows} rows in ${live.length} partitions`;
    }),
    await finding("waiting for the index", async () => {
      const backlog = await ledger.backlog();
      const entries = backlog.reduce((sum, row) => sum + row.entries, 0);
      return `${entries} entries of ${backlog.length} tenants (searched from the ledger)`;
    }),
    await finding("blobs", async () => {
      const orphans = await store.blobs.orphans();
      return orphans.length === 0 ? "all referred to" : `${orphans.length} files that nothing refers to`;
    }),
    ...(store.bucket === undefined ? [] : [await bucketFinding(store.bucket)]),
    await finding("embedder", async () => {
      const { name, dimension } = embedder.fingerprint;
      if (dimension > 0) await embedder.embed(["memory"]);
      return dimension > 0 ? `${name}, ${dimension} dimensions` : "none: full text only";
    }),
  ];
  const missing = await unembeddedTenants(ledger, store.embedder);
  if (embedder.fingerprint.dimension > 0)
    findings.push({
      name: "vectors",
      ok: missing.size === 0,
      detail:
        missing.size === 0
          ? "every text has one of this embedder"
          : `texts of ${missing.size} tenants have no vector of this embedder yet`,
      ...(missing.size === 0 ? {} : { remedy: "They are made in the background while the store is open." }),
    });
  return findings;
}

/** The store is well without it, and its operator wanted one. */
async function replicaFinding({ ledger }: Store): Promise<Finding[]> {
  const replica = await ledger.replica();
  if (replica === null) return [];
  const name = "replica of the ledger";
  if (replica.away === undefined) return [{ name, ok: true, detail: `${replica.behind} bytes behind` }];
  return [
    {
      name,
      ok: false,
      detail: replica.away,
      remedy:
        "Reads of the past go to the first server meanwhile: docs/postgres.md says when the replica answers.",
    },
  ];
}

/** The bucket is asked for the object that every store has there. */
function bucketFinding(bucket: BucketObjects): Promise<Finding> {
  return finding("bucket", async () => {
    await bucket.head(CLAIM);
    return bucket.url;
  });
}

async function verifyLedger(store: Store): Promise<Finding> {
  const { file, cubes, broken } = await store.ledger.verify();
  const ok = file === "ok" && broken.length === 0;
  const name = "version chains";
  if (ok) return { name, ok, detail: `${cubes} cubes, every chain intact` };
  return {
    name,
    ok,
    detail: file === "ok" ? `${broken.length} broken, the first is ${broken[0]}` : `SQLite says: ${file}`,
    remedy:
      "Restore a backup (`memos backup restore`): something other than this program has changed the ledger.",
  };
}
