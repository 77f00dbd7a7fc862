import { access, constants, mkdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import pLimit from "p-limit";
import { MemosError } from "../../memcube/index.js";
import { StateFolder } from "../activation/stateFolder.js";
import type { EmbedderFingerprint } from "../inference/embedder.js";
import type { Logger } from "../logger.js";
import { BlobStore } from "./blobStore.js";
import { BaseFolder } from "./index/base.js";
import { Flusher } from "./index/flusher.js";
import { SearchIndex } from "./index/searchIndex.js";
import type { Ledger } from "./ledger.js";
import type { BucketObjects } from "./objects/bucketObjects.js";
import { openPlaces, type Places } from "./objects/places.js";
import type { ObjectOptions } from "./objects/settings.js";
import { openLedger } from "./sql/openLedger.js";
import { type PostgresAddress, postgresAddress } from "./sql/postgres/address.js";

/**
 * Searches that are worked on at once; others wait for their turn. All of them share one event loop and one thread of
 * the ledger: more at once are each as slow as all together, and keep everything else waiting meanwhile.
 */
const SEARCHES_AT_ONCE = 4;

export interface StoreOptions {
  readonly path: string;
  readonly readOnly: boolean;
  readonly maxLedgerBytes: number | undefined;
  /** Address of a Postgres ledger (sql/postgres/address.ts); a file in the folder without. */
  readonly ledger?: string | undefined;
  readonly embedder: EmbedderFingerprint;
  readonly logger: Logger;
  /** The index and the blobs in a bucket; on disk without. */
  readonly objects?: ObjectOptions | undefined;
}

/**
 * A store on disk:
 *
 *     PATH/ledger.db     the truth (SQLite), unless Postgres has it
 *     PATH/index/        LanceDB tables: a projection, can be deleted and rebuilt
 *     PATH/blobs/        bytes that cubes refer to
 *     PATH/activation/   compiled KV states: a projection, can be deleted
 *     PATH/adapters/     adapters: what is canonical of them, and what is derived
 *     PATH/cache/        of a store in a bucket: local copies of blobs
 */
export class Store {
  readonly path: string;
  readonly ledger: Ledger;
  readonly blobs: BlobStore;
  readonly folder: BaseFolder;
  readonly index: SearchIndex;
  readonly flusher: Flusher;
  readonly states: StateFolder;
  /** Where the index and the blobs are, unless they are on disk. */
  readonly bucket: BucketObjects | undefined;
  /** This store's number for the embedder it was opened with. */
  readonly embedder: number;
  /** Whether a server has the ledger, and not a file in the folder. */
  readonly onServer: boolean;
  /** Called when another process may have committed something. */
  readonly watchers: Set<() => void>;
  /** Gives a search its turn, in the order of their coming. */
  readonly searches = pLimit(SEARCHES_AT_ONCE);

  private constructor(
    parts: Pick<
      Store,
      | "path"
      | "ledger"
      | "blobs"
      | "folder"
      | "index"
      | "flusher"
      | "states"
      | "bucket"
      | "embedder"
      | "onServer"
      | "watchers"
    >,
  ) {
    this.path = parts.path;
    this.ledger = parts.ledger;
    this.blobs = parts.blobs;
    this.folder = parts.folder;
    this.index = parts.index;
    this.flusher = parts.flusher;
    this.states = parts.states;
    this.bucket = parts.bucket;
    this.embedder = parts.embedder;
    this.onServer = parts.onServer;
    this.watchers = parts.watchers;
  }

  /**
   * @throws MemosError STORE_INVALID, STORE_NEWER, READ_ONLY, STORE_BUSY or DISK_FULL; with `objects` also
   * INVALID_INPUT, OBJECTS_UNAVAILABLE, OBJECTS_REFUSED and UNSUPPORTED.
   */
  static async open(options: StoreOptions): Promise<Store> {
    const { path, readOnly, logger } = options;
    const address = ledgerAddress(options);
    const file = join(path, "ledger.db");
    await prepareFolder(path, address === undefined ? file : undefined, readOnly);
    const watchers = new Set<() => void>();
    const ledger = await openLedger(
      address === undefined ? { file, readOnly, maxBytes: options.maxLedgerBytes } : { address, readOnly },
      () => {
        for (const watcher of watchers) watcher();
      },
      (away) =>
        away === undefined
          ? logger.info({}, "The replica of the ledger answers reads of the past again.")
          : logger.warn({ away }, "The first server answers reads of the past; the replica is tried again."),
    );
    let places: Places | undefined;
    try {
      const embedder = await ledger.embedder(options.embedder);
      places = await openPlaces(path, options.objects, ledger, readOnly);
      const folder = await BaseFolder.open(places.tables);
      const head = await ledger.head("");
      const index = new SearchIndex(ledger, folder, embedder, head.sequence);
      const flusher = new Flusher(ledger, folder, embedder, (error) =>
        logger.error(
          { error },
          "The index could not be brought up to date; searches read the rest from the ledger.",
        ),
      );
      if (!readOnly) await flusher.start();
      return new Store({
        path,
        ledger,
        blobs: new BlobStore(places.blobs, ledger),
        folder,
        index,
        flusher,
        states: new StateFolder(join(path, "activation")),
        bucket: places.bucket,
        embedder,
        onServer: address !== undefined,
        watchers,
      });
    } catch (error) {
      await places?.bucket?.close();
      await ledger.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.flusher.close();
    await this.folder.close();
    await this.bucket?.close();
    await this.ledger.close();
  }
}

/** The environment says where all ledgers of a process are that are not told otherwise. */
function ledgerAddress({ ledger, path }: StoreOptions): PostgresAddress | undefined {
  const named = ledger ?? process.env["MEMOS_LEDGER"];
  return named === undefined || named === "" ? undefined : postgresAddress(named, resolve(path));
}

/** @param file of the ledger, where it is one. */
async function prepareFolder(path: string, file: string | undefined, readOnly: boolean): Promise<void> {
  if (readOnly) {
    const exists = file === undefined ? {} : await stat(file).catch(() => undefined);
    if (exists === undefined) throw new MemosError("STORE_INVALID", "There is no store in this folder.");
    return;
  }
  try {
    // Memories are private: nobody else on the machine reads them.
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.W_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EACCES" || code === "EROFS" || code === "EPERM")
      throw new MemosError("READ_ONLY", "The folder of the store cannot be written.", { cause: error });
    if (code === "ENOSPC") throw new MemosError("DISK_FULL", "The disk is full.", { cause: error });
    throw new MemosError("STORE_INVALID", "The folder of the store cannot be made.", { cause: error });
  }
}
