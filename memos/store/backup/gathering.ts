import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isMemosError, MemosError } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import { writeAtomically } from "../../atomicFile.js";
import { ADAPTER_NAMES } from "../../parametric/adapterFolder.js";
import type { Ledger, TenantInventory } from "../ledger.js";
import { openLedger } from "../sql/openLedger.js";
import type { Store } from "../store.js";
import type { EarlierBackup } from "./earlierBackup.js";
import { copied, flushed, PRIVATE_FOLDER } from "./files.js";
import { BACKUP_LIMITS } from "./limits.js";
import { type BackupFile, LEDGER_NAME } from "./manifest.js";
import type { BackupOptions } from "./operations.js";

/** A file beside the ledger, with the content that the ledger says it has. */
interface Named {
  readonly path: string;
  readonly sha256: string;
}

export interface Gathered {
  readonly tenants: readonly TenantInventory[];
  readonly files: readonly BackupFile[];
  readonly missing: readonly string[];
}

/**
 * Copies a store into a folder, while this and other processes read and write.
 *
 * The ledger is copied first, as it is at one instant; then the files that this copy names. A file that went in
 * between was given back after that instant: both are read again. What a second ledger names and is still not there
 * is missing in the store itself.
 */
export class Gathering {
  readonly #store: Store;
  readonly #folder: string;
  readonly #earlier: EarlierBackup | undefined;
  readonly #options: BackupOptions;
  readonly #taken = new Map<string, BackupFile>();

  constructor(store: Store, folder: string, earlier: EarlierBackup | undefined, options: BackupOptions) {
    this.#store = store;
    this.#folder = folder;
    this.#earlier = earlier;
    this.#options = options;
  }

  /** @throws MemosError DISK_FULL, ABORTED, and STORE_BUSY when files kept going while they were read. */
  async gather(): Promise<Gathered> {
    let before: ReadonlySet<string> = new Set();
    for (let attempt = 1; attempt <= BACKUP_LIMITS.attempts; attempt++) {
      const { named, tenants } = await this.#copyLedger();
      const missing = await this.#takeAll(named);
      if ([...missing].every((path) => before.has(path))) {
        await this.#dropOthers(named);
        return { tenants, files: [await this.#ledgerFile(), ...this.#taken.values()], missing: [...missing] };
      }
      before = missing;
    }
    throw new MemosError("STORE_BUSY", "Files of the store kept going while they were backed up.");
  }

  async #copyLedger(): Promise<{ named: readonly Named[]; tenants: TenantInventory[] }> {
    throwIfAborted(this.#options.signal);
    const file = join(this.#folder, LEDGER_NAME);
    await rm(file, { force: true });
    await this.#store.ledger.copyTo(file);
    const copy = await openLedger({ file, readOnly: true, maxBytes: undefined });
    try {
      const [named, tenants] = await Promise.all([namedIn(copy), copy.inventory()]);
      return { named, tenants };
    } finally {
      await copy.close();
    }
  }

  /** Paths of those that are not there. */
  async #takeAll(named: readonly Named[]): Promise<Set<string>> {
    const missing = new Set<string>();
    for (const [index, one] of named.entries()) {
      throwIfAborted(this.#options.signal);
      if (!(await this.#take(one))) missing.add(one.path);
      this.#options.onProgress?.({ done: index + 1, total: named.length });
    }
    return missing;
  }

  async #take({ path, sha256 }: Named): Promise<boolean> {
    if (this.#taken.get(path)?.sha256 === sha256) return true;
    const to = join(this.#folder, path);
    await rm(to, { force: true });
    const { signal } = this.#options;
    const bytes =
      (await this.#earlier?.give(sha256, to, signal)) ??
      (path.startsWith("blobs/") ? await this.#blob(sha256, to) : await this.#file(path, sha256, to));
    if (bytes === undefined) return false;
    this.#taken.set(path, { path, bytes, sha256 });
    return true;
  }

  async #blob(sha256: string, to: string): Promise<number | undefined> {
    const bytes = await this.#store.blobs.get(sha256).catch((error: unknown) => {
      if (isMemosError(error, "NOT_FOUND") || isMemosError(error, "STORE_INVALID")) return undefined;
      throw error;
    });
    if (bytes === undefined) return undefined;
    await mkdir(dirname(to), { recursive: true, mode: PRIVATE_FOLDER });
    await writeAtomically(to, (file) => file.writeFile(bytes));
    return bytes.byteLength;
  }

  async #file(path: string, sha256: string, to: string): Promise<number | undefined> {
    if (!(await copied(join(this.#store.path, path), to))) return undefined;
    const found = await flushed(to, this.#options.signal);
    if (found?.sha256 === sha256) return found.bytes;
    await rm(to, { force: true });
    return undefined;
  }

  /** What a ledger of before has named, and the one that counts does not. */
  async #dropOthers(named: readonly Named[]): Promise<void> {
    const wanted = new Set(named.map(({ path }) => path));
    for (const path of [...this.#taken.keys()].filter((one) => !wanted.has(one))) {
      this.#taken.delete(path);
      await rm(join(this.#folder, path), { force: true });
    }
  }

  async #ledgerFile(): Promise<BackupFile> {
    const found = await flushed(join(this.#folder, LEDGER_NAME), this.#options.signal);
    if (found === undefined) throw new MemosError("INTERNAL", "The copy of the ledger is gone.");
    return { path: LEDGER_NAME, ...found };
  }
}

/** Blobs, and of adapters what is canonical: the GGUF beside it is made of that. KV states are a projection. */
async function namedIn(ledger: Ledger): Promise<Named[]> {
  const [blobs, adapters] = await Promise.all([ledger.blobs(), ledger.adapterFolders()]);
  return [
    ...blobs.map(({ sha256 }) => ({ path: `blobs/${sha256.slice(0, 2)}/${sha256}`, sha256 })),
    ...adapters.flatMap(({ id, state, files }) =>
      state !== "ready" || files === null
        ? []
        : [
            { path: `adapters/${id}/${ADAPTER_NAMES.weights}`, sha256: files.weights.sha256 },
            { path: `adapters/${id}/${ADAPTER_NAMES.config}`, sha256: files.config.sha256 },
          ],
    ),
  ];
}
