import * as lancedb from "@lancedb/lancedb";
import { arrowTable } from "./arrowTable.js";
import type { Candidate, Probe } from "./delta.js";
import type { Failure } from "./failure.js";
import type { IndexRow } from "./row.js";
import { partitionsDue, probesOf, VECTOR_INDEX_ROWS } from "./vectorPartitions.js";

/** Bytes that LanceDB may keep of indexes and of file metadata, for all tables of a store. */
const INDEX_CACHE_BYTES = 96n * 1024n * 1024n;
const METADATA_CACHE_BYTES = 48n * 1024n * 1024n;

/** Connects to the database that is a folder, or a part of a bucket. */
export function connect(uri: string, storageOptions?: Record<string, string>): Promise<lancedb.Connection> {
  const session = new lancedb.Session(INDEX_CACHE_BYTES, METADATA_CACHE_BYTES);
  return lancedb.connect(uri, storageOptions === undefined ? {} : { storageOptions }, session);
}

/**
 * How many times more rows than are wanted are compared by their whole vectors, after the bits; their similarities
 * are exact. With a hundred wanted, the ten nearest are among them: 1.00 of those of texts, 0.95 of those of vectors
 * without any order.
 */
const REFINED = 4;

/**
 * Finding the centres of the partitions: vectors looked at for each, and rounds. LanceDB's own 256 and 50 take
 * seven times as long, which a writer waits for; what is found is the same.
 */
const CENTRES = { sampleRate: 64, maxIterations: 10 };

/** The name of the vector index says what it is, and into how many partitions it divides. */
const BITS_INDEX = "vector_rq_";
const WHOLE_INDEX = "vector_ivf_";

/** Bits are packed into bytes, and few of them say too little: other vectors are kept whole in the index. */
const BITS_MULTIPLE = 8;
const BITS_FEWEST = 64;

/** How many partitions a vector index has. */
export function partitionsOf(index: lancedb.IndexConfig | undefined): number | undefined {
  return index === undefined ? undefined : Number(/\d+$/.exec(index.name)?.[0]);
}

/**
 * Terms are made by our own analysis, so that base and delta agree; LanceDB only splits at the spaces. An
 * `Index` value can be used once, so each index gets its own.
 */
function textIndex(): lancedb.Index {
  return lancedb.Index.fts({
    baseTokenizer: "whitespace",
    lowercase: false,
    stem: false,
    removeStopWords: false,
    asciiFolding: false,
    withPosition: false,
    maxTokenLength: 1_024,
  });
}

/**
 * Below this many rows the text index is made anew with each flush: merging new rows into it costs half a second
 * before it has done anything, more than a new one of 25,000 rows.
 */
const TEXT_INDEX_MERGED_ROWS = 100_000;

/** From this many rows on, the columns that predicates name get an index. */
const SCALAR_INDEX_ROWS = 1_000;
const SCALAR_COLUMNS = ["key", "user", "agent", "app", "session"];

const ROW_COLUMNS = ["key", "duplicate_of", "recorded_at", "expires_at", "terms", "own", "length"];

interface StoredRow {
  key: number;
  duplicate_of: number | null;
  recorded_at: number;
  expires_at: number | null;
  terms: string;
  own: number;
  length: number;
  _distance?: number;
}

/** How many rows to ask for, and which of them count: not those that the delta hides or a filter leaves out. */
export interface Ask {
  readonly rows: number;
  readonly rowsAtMost: number;
  readonly counts: (key: number) => boolean;
}

/** How many times more rows are asked for when too few of them counted. */
const ASK_AGAIN = 8;

function unexpired(now: number): string {
  return `(expires_at IS NULL OR expires_at > ${now})`;
}

/** A table at one version, for reading. Never changes; a newer version is another `Base`. */
export class Base {
  readonly #table: lancedb.Table;
  readonly rows: number;
  readonly #probes: number;
  readonly #failure: Failure;

  /** `partitions` is how many the vector index has, when there is one. */
  constructor(table: lancedb.Table, rows: number, partitions: number | undefined, failure: Failure) {
    this.#table = table;
    this.rows = rows;
    this.#failure = failure;
    this.#probes = probesOf(rows, partitions);
  }

  async text(probe: Probe, predicate: string | undefined, ask: Ask): Promise<Candidate[]> {
    const match = new lancedb.MatchQuery(probe.terms.join(" "), "terms");
    const query = (rows: number) => this.#table.query().fullTextSearch(match).limit(rows);
    return this.#ranked(query, probe, predicate, "_score", ask);
  }

  /** Every row that contains the terms of a phrase; the caller checks their order. */
  async allTerms(
    terms: readonly string[],
    probe: Probe,
    predicate: string | undefined,
    ask: Ask,
  ): Promise<Candidate[]> {
    const match = new lancedb.MatchQuery(terms.join(" "), "terms", { operator: lancedb.Operator.And });
    const query = (rows: number) => this.#table.query().fullTextSearch(match).limit(rows);
    return this.#ranked(query, probe, predicate, "_score", ask);
  }

  async vector(probe: Probe, predicate: string | undefined, ask: Ask): Promise<Candidate[]> {
    const { vector } = probe;
    if (vector === null) return [];
    const nearest = (rows: number) =>
      this.#table
        .vectorSearch(vector)
        .column("vector")
        .distanceType("dot")
        .nprobes(this.#probes)
        .refineFactor(REFINED)
        .limit(rows);
    return this.#ranked(nearest, probe, predicate, "_distance", ask);
  }

  async byKeys(keys: readonly number[], probe: Probe, predicate: string | undefined): Promise<Candidate[]> {
    if (keys.length === 0) return [];
    const listed = [`key IN (${keys.join(",")})`, ...(predicate === undefined ? [] : [predicate])].join(
      " AND ",
    );
    const rows = await this.#rows(this.#table.query(), listed, []);
    return rows.filter((row) => !hasExpired(row, probe)).map((row) => toCandidate(row, probe));
  }

  /** The best rows that count; while too few of them do, more are asked for. Repetitions count as one. */
  async #ranked(
    query: (rows: number) => lancedb.Query | lancedb.VectorQuery,
    probe: Probe,
    predicate: string | undefined,
    rank: "_score" | "_distance",
    ask: Ask,
  ): Promise<Candidate[]> {
    let live = predicate;
    for (let asked = ask.rows; ; asked = Math.min(asked * ASK_AGAIN, ask.rowsAtMost)) {
      const rows = await this.#rows(query(asked), live, [rank]);
      const counted = rows.filter((row) => !hasExpired(row, probe) && ask.counts(row.key));
      const distinct = new Set(counted.map((row) => row.duplicate_of ?? row.key)).size;
      if (distinct >= probe.limit || rows.length < asked || asked >= ask.rowsAtMost)
        return counted.map((row) => toCandidate(row, probe));
      // Many that expired at one time stand in the way: now the predicate is worth its price.
      const expired = rows.filter((row) => hasExpired(row, probe)).length;
      if (live === predicate && 2 * expired > rows.length) {
        live = [...(predicate === undefined ? [] : [predicate]), unexpired(probe.now)].join(" AND ");
        asked = Math.ceil(ask.rows / ASK_AGAIN);
      }
    }
  }

  async #rows(
    query: lancedb.Query | lancedb.VectorQuery,
    predicate: string | undefined,
    extra: readonly string[],
  ): Promise<StoredRow[]> {
    const filtered = predicate === undefined ? query : query.where(predicate);
    try {
      return (await filtered.select([...ROW_COLUMNS, ...extra]).toArray()) as StoredRow[];
    } catch (error) {
      throw this.#failure(error);
    }
  }
}

const SPACE = 0x20;

function hasExpired(row: StoredRow, probe: Probe): boolean {
  return row.expires_at !== null && row.expires_at <= probe.now;
}

function toCandidate(row: StoredRow, probe: Probe): Candidate {
  const padded = ` ${row.terms} `;
  return {
    key: row.key,
    duplicateOf: row.duplicate_of,
    recordedAt: row.recorded_at,
    frequencies: probe.terms.map((term) => occurrences(padded, `${term} `)),
    length: row.length,
    get own() {
      return row.terms.split(" ", row.own);
    },
    similarity: row._distance === undefined ? null : 1 - row._distance,
    tier: "base",
  };
}

/** The search is for the term and the space after it: nearly every place would match a space before it. */
function occurrences(padded: string, needle: string): number {
  let count = 0;
  for (let at = padded.indexOf(needle); at !== -1; at = padded.indexOf(needle, at + needle.length))
    if (padded.charCodeAt(at - 1) === SPACE) count++;
  return count;
}

/** A table at its newest version, held by the one process that has the flush lease. */
export class BaseWriter {
  readonly #table: lancedb.Table;
  readonly #dimension: number;

  constructor(table: lancedb.Table, dimension: number) {
    this.#table = table;
    this.#dimension = dimension;
  }

  version(): Promise<number> {
    return this.#table.version();
  }

  rows(): Promise<number> {
    return this.#table.countRows();
  }

  /** Removes rows and returns the terms they had, for the lexicon. */
  async remove(keys: readonly number[]): Promise<string[][]> {
    if (keys.length === 0) return [];
    const predicate = `key IN (${keys.join(",")})`;
    const rows = (await this.#table.query().where(predicate).select(["terms"]).toArray()) as {
      terms: string;
    }[];
    if (rows.length > 0) await this.#table.delete(predicate);
    return rows.map((row) => (row.terms === "" ? [] : row.terms.split(" ")));
  }

  async append(rows: readonly IndexRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#table.add(arrowTable(rows, this.#dimension));
  }

  /**
   * Brings the indexes up to all rows, merges small files, and lets go of versions made before an instant. The
   * caller names one from before the version that the ledger knows was made: until the ledger names another, that
   * one is the truth. One call does it all, because LanceDB writes the indexes anew in every one.
   */
  async optimize(before: Date): Promise<void> {
    const indexes = await this.#table.listIndices();
    const indexed = new Set(indexes.flatMap((index) => index.columns));
    const rows = await this.#table.countRows();
    const text = indexes.find((index) => index.columns.includes("terms"));
    const merges = text !== undefined && rows >= TEXT_INDEX_MERGED_ROWS;
    if (text !== undefined && !merges) await this.#table.dropIndex(text.name);
    if (rows >= SCALAR_INDEX_ROWS) {
      for (const column of SCALAR_COLUMNS)
        if (!indexed.has(column) && (await this.#table.countRows(`${column} IS NOT NULL`)) > 0)
          await this.#table.createIndex(column, { config: lancedb.Index.btree() });
    }
    if (this.#dimension > 0 && rows >= VECTOR_INDEX_ROWS) await this.#indexVectors(indexes);
    await this.#table.optimize({ cleanupOlderThan: before });
    if (!merges && rows > 0) await this.#table.createIndex("terms", { config: textIndex() });
  }

  async #indexVectors(indexes: readonly lancedb.IndexConfig[]): Promise<void> {
    const vectors = await this.#table.countRows("vector IS NOT NULL");
    const present = indexes.find((index) => index.columns.includes("vector"));
    const inBits = this.#dimension % BITS_MULTIPLE === 0 && this.#dimension >= BITS_FEWEST;
    const kind = inBits ? BITS_INDEX : WHOLE_INDEX;
    const numPartitions = partitionsDue(
      vectors,
      present?.name.startsWith(kind) ? partitionsOf(present) : undefined,
    );
    if (numPartitions === undefined) return;
    const options = { distanceType: "dot", numPartitions, ...CENTRES } as const;
    await this.#table.createIndex("vector", {
      name: `${kind}${numPartitions}`,
      config: inBits ? lancedb.Index.ivfRq(options) : lancedb.Index.ivfFlat(options),
    });
    if (present !== undefined) await this.#table.dropIndex(present.name);
  }
}
