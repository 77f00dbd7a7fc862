import type { Table } from "@lancedb/lancedb";
import { MemosError, SCOPE_PARTS, type Scope } from "../../../memcube/index.js";
import { OBJECT_LIMITS } from "../objects/limits.js";
import type { Base, BaseWriter } from "./baseTable.js";
import { corrupt, type Failure, failureIn } from "./failure.js";

/** Old table versions stay this long for searches that are under way. */
export const KEEP_VERSIONS_MS = 5_000;

/** The version of a table that was just made: it has no rows. */
const EMPTY_VERSION = 1;

/** Tables in a bucket, and what errors call it. */
export interface RemoteTables {
  readonly uri: string;
  readonly storageOptions: Record<string, string>;
  readonly place: string;
}

/** One LanceDB database: the folder, or the part of a bucket, where the tables of all partitions are. */
export class BaseFolder {
  readonly #tables: string | RemoteTables;
  /** The typed error for what LanceDB throws about these tables. */
  readonly failure: Failure;
  /** How long old versions of tables stay. */
  readonly keepVersionsMs: number;
  #connected: ReturnType<typeof connected> | undefined;

  private constructor(tables: string | RemoteTables) {
    this.#tables = tables;
    const remote = typeof tables !== "string";
    this.failure = remote ? failureIn(tables.place) : corrupt;
    this.keepVersionsMs = remote ? OBJECT_LIMITS.graceMs : KEEP_VERSIONS_MS;
  }

  /** A bucket is asked at once. For a folder LanceDB is loaded when a table is first wanted: a small memory has none. */
  static async open(tables: string | RemoteTables): Promise<BaseFolder> {
    const folder = new BaseFolder(tables);
    if (typeof tables === "string") return folder;
    try {
      await folder.#lance();
      return folder;
    } catch (error) {
      throw folder.failure(error);
    }
  }

  #lance(): ReturnType<typeof connected> {
    this.#connected ??= connected(this.#tables).catch((error: unknown) => {
      this.#connected = undefined;
      throw error;
    });
    return this.#connected;
  }

  /** The table of a partition at exactly this version: what the ledger says is the truth. */
  async at(partition: number, version: number): Promise<Base> {
    try {
      const { db, Base, partitionsOf } = await this.#lance();
      const table = await db.openTable(tableName(partition));
      await table.checkout(version);
      const indexes = await table.listIndices();
      const vectorIndex = indexes.find((index) => index.columns.includes("vector"));
      return new Base(table, await table.countRows(), partitionsOf(vectorIndex), this.failure);
    } catch (error) {
      throw this.failure(error);
    }
  }

  /**
   * The table for writing, brought back to the version that the ledger knows: whatever a flush that was cut short has
   * done to it is undone. It is brought back also where nothing is to be undone, because that keeps others out: a
   * process that has lost its lease without noticing has the table at an older version, and LanceDB refuses every
   * change of a version that a later one has restored over. So from here on nobody else's change comes between.
   *
   * @throws MemosError CONFLICT when another process came between already.
   */
  async writable(partition: number, version: number, dimension: number): Promise<BaseWriter> {
    const name = tableName(partition);
    try {
      const { db, BaseWriter, schemaOf } = await this.#lance();
      let table: Table;
      try {
        table = await db.openTable(name);
      } catch (error) {
        if (version !== 0) throw error;
        // Of two that make it at once, one succeeds.
        return new BaseWriter(await db.createEmptyTable(name, schemaOf(dimension)), dimension);
      }
      const latest = await table.version();
      await table.checkout(version === 0 ? EMPTY_VERSION : version);
      await table.restore();
      await table.checkoutLatest();
      if ((await table.version()) !== latest + 1)
        throw new MemosError("CONFLICT", "Another process writes into the index at the same time.");
      return new BaseWriter(table, dimension);
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** Removes a table with all its versions, if there is one. */
  async drop(partition: number): Promise<void> {
    try {
      const { db } = await this.#lance();
      await db.dropTable(tableName(partition));
    } catch (error) {
      const left = await this.tables().catch(() => [partition]);
      if (left.includes(partition)) throw this.failure(error);
    }
  }

  async tables(): Promise<number[]> {
    const { db } = await this.#lance();
    const names = await db.tableNames({ limit: 1_000_000 });
    return names
      .map((name) => /^p(\d+)$/.exec(name)?.[1])
      .flatMap((digits) => (digits === undefined ? [] : [Number(digits)]));
  }

  async close(): Promise<void> {
    const connected = await this.#connected?.catch(() => undefined);
    connected?.db.close();
  }
}

async function connected(tables: string | RemoteTables) {
  const [{ connect, ...table }, { schemaOf }] = await Promise.all([
    import("./baseTable.js"),
    import("./arrowTable.js"),
  ]);
  const db =
    typeof tables === "string" ? await connect(tables) : await connect(tables.uri, tables.storageOptions);
  return { db, schemaOf, ...table };
}

function tableName(partition: number): string {
  return `p${partition}`;
}

/**
 * What LanceDB decides before it ranks: scope, type and a list of keys, as SQL; undefined allows every row.
 * A predicate without a scalar index makes it copy all vectors, so what is nearly always true (a row has not
 * expired) is checked on the answer instead.
 */
export function basePredicate(
  scope: Scope,
  types: readonly string[] | undefined,
  keys: Int32Array | undefined,
): string | undefined {
  const conditions = SCOPE_PARTS.filter((part) => part !== "tenant" && scope[part] !== undefined).map(
    (part) => `${part} = ${literal(scope[part] as string)}`,
  );
  if (keys !== undefined) conditions.push(keys.length === 0 ? "key < 0" : `key IN (${keys.join(",")})`);
  if (types !== undefined) conditions.push(`type IN (${types.map(literal).join(",")})`);
  return conditions.length === 0 ? undefined : conditions.join(" AND ");
}

/** LanceDB takes no bound parameters; in its SQL a quote is escaped by doubling and nothing else is special. */
function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
