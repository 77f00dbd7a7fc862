import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { canonicalJson, isMemosError, MemosError, newCubeId } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import { Embedding } from "../../embedding.js";
import type { Embedder } from "../../inference/embedder.js";
import { sha256OfFile } from "../../inference/gguf/index.js";
import { StaticEmbedder } from "../../inference/static.js";
import type { ForgetReceipt } from "../../lifecycle/forgetting/operations.js";
import { SILENT } from "../../logger.js";
import { Store } from "../store.js";
import { backupAt } from "./backupFolder.js";
import { copied, flushed, flushFolder, flushFolders, PRIVATE_FOLDER } from "./files.js";
import { BACKUP_LIMITS } from "./limits.js";
import { type BackupFile, type BackupManifest, readManifest, totalsOf } from "./manifest.js";
import type { BackupProgress, BackupVerification, RestoreReceipt } from "./operations.js";

export interface RestoreOptions {
  /** A backup, or a folder of backups, of which the newest is taken. */
  readonly backup: string;
  /** The folder of the new store; it is not there yet, or empty. */
  readonly path: string;
  /** The embedder that the store is used with, by which the index is built: the built-in one unless said otherwise. */
  readonly embedder?: Embedder;
  /** Receipts of purges since the backup: what they took out is taken out again before the store can be opened. */
  readonly purges?: readonly ForgetReceipt[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BackupProgress) => void;
}

/**
 * Reads every byte of a backup and compares it with what its manifest says.
 *
 * @throws MemosError BACKUP_INVALID, STORE_NEWER, ABORTED.
 */
export async function verifyBackup(
  backup: string,
  options: Pick<RestoreOptions, "signal" | "onProgress"> = {},
): Promise<BackupVerification> {
  const started = performance.now();
  const path = await backupAt(backup);
  const manifest = await readManifest(path);
  for (const [index, file] of manifest.files.entries()) {
    throwIfAborted(options.signal);
    const found = await sha256OfFile(join(path, file.path), options.signal).catch(absent);
    refuseOther(file, found);
    options.onProgress?.({ done: index + 1, total: manifest.files.length });
  }
  const milliseconds = performance.now() - started;
  return { operation: "verify", path, ...totalsOf(manifest), milliseconds };
}

/**
 * Makes a store of a backup: copies and checks every file beside the place where the store will be, checks every hash
 * chain of the ledger, applies purges, builds the index, and gives the store its name when all of that is done.
 *
 * @throws MemosError BACKUP_INVALID, STORE_NEWER, INVALID_INPUT for a folder with something in it, DISK_FULL, ABORTED;
 * nothing is left of the attempt.
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReceipt> {
  const started = performance.now();
  const { signal, purges = [] } = options;
  throwIfAborted(signal);
  if (purges.length > BACKUP_LIMITS.purges)
    throw new MemosError("TOO_LARGE", `More than ${BACKUP_LIMITS.purges} receipts of purges.`, {
      path: "purges",
    });
  const path = resolve(options.path);
  await refuseOccupied(path);
  const backup = await backupAt(options.backup);
  const manifest = await readManifest(backup);
  const embedder = options.embedder ?? (await StaticEmbedder.load());
  const partial = `${path}.restoring-${randomUUID().slice(0, 8)}`;
  await mkdir(partial, { recursive: true, mode: PRIVATE_FOLDER });
  try {
    await copyFiles(backup, manifest, partial, options);
    const made = await makeStore(partial, manifest, embedder, purges, signal);
    await flushFolders(partial);
    await rmdir(path).catch(absent);
    await rename(partial, path);
    await flushFolder(dirname(path));
    const milliseconds = performance.now() - started;
    return { operation: "restore", backup, path, ...totalsOf(manifest), ...made, milliseconds };
  } catch (error) {
    await rm(partial, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

async function refuseOccupied(path: string): Promise<void> {
  const inside = await readdir(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw new MemosError("INVALID_INPUT", "A store is a folder.", { path: "path", cause });
  });
  if (inside.length > 0)
    throw new MemosError(
      "INVALID_INPUT",
      "There is something in this folder: a backup is restored into a new one.",
      { path: "path" },
    );
}

async function copyFiles(
  backup: string,
  { files }: BackupManifest,
  to: string,
  { signal, onProgress }: RestoreOptions,
): Promise<void> {
  for (const [index, file] of files.entries()) {
    throwIfAborted(signal);
    await copied(join(backup, file.path), join(to, file.path));
    // What was copied is what is checked.
    refuseOther(file, (await flushed(join(to, file.path), signal))?.sha256);
    onProgress?.({ done: index + 1, total: files.length });
  }
}

async function makeStore(
  path: string,
  manifest: BackupManifest,
  embedder: Embedder,
  purges: readonly ForgetReceipt[],
  signal: AbortSignal | undefined,
): Promise<Pick<RestoreReceipt, "purged" | "held" | "rows">> {
  const store = await Store.open({
    path,
    readOnly: false,
    maxLedgerBytes: undefined,
    embedder: embedder.fingerprint,
    logger: SILENT,
  }).catch((cause: unknown) => {
    if (!isMemosError(cause, "STORE_INVALID")) throw cause;
    throw new MemosError("BACKUP_INVALID", `The ledger in the backup is none. ${cause.message}`, { cause });
  });
  const embedding = new Embedding(store, embedder, () => undefined);
  try {
    await refuseBroken(store, manifest);
    const { purged, held, done } = await purgeAgain(store, purges);
    let rows = 0;
    for (const tenant of await store.ledger.tenants()) {
      throwIfAborted(signal);
      const { cubes } = await store.ledger.stats({ tenant });
      rows += await store.flusher.rebuild(tenant, embedding.make, { total: cubes, fresh: true, signal });
    }
    if (await store.ledger.checkpoint()) await done();
    return { purged, held, rows };
  } finally {
    await embedding.close();
    await store.close();
  }
}

/** The hashes of files say that nothing was changed since the backup; the chains say it of the time before. */
async function refuseBroken({ ledger }: Store, { tenants }: BackupManifest): Promise<void> {
  const { file, broken } = await ledger.verify();
  if (file !== "ok") throw new MemosError("BACKUP_INVALID", `SQLite says of the ledger: ${file}`);
  if (broken.length > 0)
    throw new MemosError(
      "BACKUP_INVALID",
      `The version chains of ${broken.length} cubes are broken; the first is ${broken[0]}.`,
    );
  if (canonicalJson(await ledger.inventory()) !== canonicalJson(tenants))
    throw new MemosError("BACKUP_INVALID", "The ledger has other cubes than its manifest says.");
}

/** What receipts say that was purged after the backup. `done` is for when the index and the log are as the ledger. */
async function purgeAgain(
  { ledger, blobs }: Store,
  purges: readonly ForgetReceipt[],
): Promise<Pick<RestoreReceipt, "purged" | "held"> & { done: () => Promise<void> }> {
  const held: RestoreReceipt["held"] = [];
  const begun: string[] = [];
  let purged = 0;
  for (const { mode, scope, forgotten } of purges) {
    if (mode !== "purge") continue;
    for (const { id: cube } of forgotten) {
      // One by one: what may not go today keeps nothing else from going.
      const id = newCubeId();
      const gone = await ledger.purge({ id, scope, ids: [cube], at: Date.now() }).catch((error: unknown) => {
        if (!isMemosError(error, "CONFLICT")) throw error;
        held.push({ id: cube, reason: error.message });
        return undefined;
      });
      if (gone !== undefined) begun.push(id);
      await blobs.remove(gone?.blobs ?? []);
      purged += gone?.cubes.length ?? 0;
    }
  }
  const done = async () => {
    for (const id of begun) await ledger.purgeDone(id);
  };
  return { purged, held, done };
}

function refuseOther({ path, sha256 }: BackupFile, found: string | undefined): void {
  if (found === sha256) return;
  throw new MemosError(
    "BACKUP_INVALID",
    found === undefined
      ? `The file ${path} of the backup is not there.`
      : `The file ${path} of the backup is damaged.`,
  );
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
