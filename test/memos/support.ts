import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { sha256 } from "../../memcube/index.js";
import {
  type Embedder,
  type ErrorCode,
  isMemosError,
  type MemCube,
  MemOS,
  MemosError,
  type OpenOptions,
  type Scope,
  type SearchOptions,
} from "../../memos/index.js";
import { SILENT } from "../../memos/logger.js";
import type { SqlDatabase } from "../../memos/store/sql/database.js";
import { postgresAddress } from "../../memos/store/sql/postgres/address.js";
import { PostgresDatabase } from "../../memos/store/sql/postgres/database.js";
import { Wires } from "../../memos/store/sql/postgres/wires.js";
import { EVERY_TENANT } from "../../memos/store/sql/tenantOf.js";
import { Store } from "../../memos/store/store.js";

/** A test, or the `after` of a whole file whose tests share a store. */
export interface Lifetime {
  after(end: () => Promise<void>): unknown;
}

type Ending = () => Promise<unknown>;
const endings = new WeakMap<Lifetime, Ending[]>();

/** Runs when the test ends, the last registered first: a store is closed before its folder goes. */
export function atEnd(t: Lifetime, ending: Ending): void {
  const known = endings.get(t);
  if (known !== undefined) {
    known.push(ending);
    return;
  }
  const stack = [ending];
  endings.set(t, stack);
  t.after(async () => {
    for (const end of stack.reverse()) await end();
  });
}

export async function temporaryFolder(t: Lifetime): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "memos-test-"));
  atEnd(t, () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A memory over a new folder, or over the one that the options name. */
export async function openMemos(
  t: Lifetime,
  options: Partial<OpenOptions> = {},
): Promise<{ memos: MemOS; path: string }> {
  const path = options.path ?? (await temporaryFolder(t));
  const memos = await MemOS.open({ embedder: new WordEmbedder(), ...options, path });
  atEnd(t, () => memos.close());
  return { memos, path };
}

/** The rooms below the MemOS object, for what no public method shows: which tier a row is in, what a crash leaves. */
export async function openStore(
  t: Lifetime,
  path: string,
  embedder: Embedder = new WordEmbedder(),
  objects?: OpenOptions["objects"],
): Promise<Store> {
  const store = await Store.open({
    path,
    objects,
    readOnly: false,
    maxLedgerBytes: undefined,
    embedder: embedder.fingerprint,
    logger: SILENT,
  });
  atEnd(t, () => store.close());
  return store;
}

/** Moves everything that waits into the base, also when another process is at it. */
export async function flush(store: Store): Promise<void> {
  for (;;) {
    await store.flusher.flushAll();
    const waiting = await store.ledger.backlog();
    const stats = await Promise.all(waiting.map(({ tenant }) => store.ledger.stats({ tenant })));
    if (stats.every(({ pending }) => pending === 0)) return;
  }
}

/** Both tiers of the index in turn: `check` runs while rows are in the delta, and again when they are in the base. */
export async function inBothTiers(store: Store, check: () => Promise<void>): Promise<void> {
  await check();
  await flush(store);
  await check();
}

type Purpose = "query" | "passage";

/** A small embedder without a model: hashed words, unit length. Another name makes another vector space. */
export class WordEmbedder implements Embedder {
  readonly fingerprint;
  readonly fusionWeight = 0.02;
  /** How many passages it was given. */
  passages = 0;
  readonly #before: (texts: readonly string[], purpose: Purpose) => unknown;
  readonly #spoil: (vectors: Float32Array[]) => Float32Array[];

  constructor(
    options: {
      name?: string;
      dimension?: number;
      /** Runs before each answer; throws to make the embedder fail, returns a promise to hold it. */
      before?: (texts: readonly string[], purpose: Purpose) => unknown;
      /** Makes a wrong answer of a right one. */
      spoil?: (vectors: Float32Array[]) => Float32Array[];
    } = {},
  ) {
    const { name = "words", dimension = 16, before = () => {}, spoil = (vectors) => vectors } = options;
    this.fingerprint = { name, dimension, hash: sha256(`${name} ${dimension}`) };
    this.#before = before;
    this.#spoil = spoil;
  }

  async embed(
    texts: readonly string[],
    { signal, purpose = "passage" }: { signal?: AbortSignal; purpose?: Purpose } = {},
  ): Promise<Float32Array[]> {
    if (purpose === "passage") this.passages += texts.length;
    await Promise.race([this.#before(texts, purpose), ...(signal === undefined ? [] : [aborted(signal)])]);
    return this.#spoil(texts.map((text) => this.#vector(text)));
  }

  #vector(text: string): Float32Array {
    const { dimension, name } = this.fingerprint;
    const vector = new Float32Array(dimension);
    for (const word of text.toLowerCase().split(/\s+/)) {
      const hash = sha256(name + word);
      for (let at = 0; at < dimension; at++)
        vector[at] = (vector[at] as number) + Number.parseInt(hash[at % hash.length] as string, 16) - 7.5;
    }
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(new MemosError("ABORTED", "The embedding was cancelled."));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

export function refused(code: ErrorCode): (error: unknown) => true {
  return (error) => {
    assert.ok(isMemosError(error), `a MemosError, not ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.notEqual(error.remedy, "");
    return true;
  };
}

/** The id of a text just remembered. */
export async function remember(
  memos: MemOS,
  input: Parameters<MemOS["add"]>[0],
  scope: Scope,
): Promise<string> {
  const { written } = await memos.add(input, scope);
  assert.equal(written.length, 1);
  return (written[0] as (typeof written)[0]).id;
}

export function textIn(cube: MemCube): string {
  assert.equal(cube.payload.kind, "plaintext");
  return cube.payload.kind === "plaintext" ? cube.payload.text : "";
}

/** The texts that a search finds by their words, best first. */
export async function found(
  memos: MemOS,
  query: string,
  scope: Scope,
  options: SearchOptions = {},
): Promise<string[]> {
  const { hits } = await memos.search(query, scope, { channels: ["text"], ...options });
  return hits.map(({ cube }) => textIn(cube));
}

export async function foundIds(
  memos: MemOS,
  query: string,
  scope: Scope,
  options: SearchOptions = {},
): Promise<string[]> {
  const { hits } = await memos.search(query, scope, { channels: ["text"], ...options });
  return hits.map(({ cube }) => cube.id);
}

/** Every cube of a scope, oldest first, over all pages. */
export async function allOf(memos: MemOS, scope: Scope): Promise<MemCube[]> {
  const cubes: MemCube[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await memos.list(scope, { order: "oldest", ...(cursor === undefined ? {} : { cursor }) });
    cubes.push(...page.cubes);
    if (page.cursor === undefined) return cubes;
    cursor = page.cursor;
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Why what looks at the bytes of a ledger is skipped; false where they are in the store's folder. */
export const ledgerElsewhere = process.env["MEMOS_LEDGER"] !== undefined && "the ledger is not in the folder";

export type InLedger = Pick<SqlDatabase, "dialect" | "prepare" | "transaction">;

/** The rows of a store's ledger, also while it is open: whoever writes waits for the other. */
export function inLedger<T>(path: string, use: (db: InLedger) => T): T {
  const address = process.env["MEMOS_LEDGER"];
  if (address !== undefined) return inPostgres(address, path, use);
  return inLedgerFile(path, (db) =>
    use({
      dialect: "sqlite",
      prepare: (sql) => db.prepare(sql),
      transaction: (run) => db.transaction(run)(),
    }),
  );
}

/** The same for what is about the file itself. */
export function inLedgerFile<T>(path: string, use: (db: Database.Database) => T): T {
  const db = new Database(join(path, "ledger.db"));
  try {
    db.exec("PRAGMA busy_timeout = 10000");
    return use(db);
  } finally {
    db.close();
  }
}

function inPostgres<T>(ledger: string, path: string, use: (db: InLedger) => T): T {
  const { url, schema } = postgresAddress(ledger, path);
  const wires = new Wires();
  const db = new PostgresDatabase({ url, schema, readOnly: false }, wires.introduce());
  try {
    db.enter(EVERY_TENANT);
    return use(db);
  } finally {
    db.close();
    void wires.close();
  }
}

/** A promise and the hand that settles it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Well formed, and in no store. */
export const UNKNOWN_ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";
