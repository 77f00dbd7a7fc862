import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { MemosError } from "../../../../memcube/index.js";
import type { Ledger } from "../../ledger.js";
import { SCHEMA_VERSION } from "../migrations.js";
import {
  type Arrived,
  type Arriving,
  type Marks,
  MOVED_SIGN,
  MOVED_STATE,
  type Moved,
  marksFrom,
} from "../moved.js";
import { openLedger } from "../openLedger.js";
import type { PostgresAddress } from "../postgres/address.js";
import { CONNECT_TIMEOUT_MS } from "../postgres/database.js";
import { asMemosError } from "../postgres/failure.js";
import { NUMBERED } from "../postgres/functions.js";
import { failureOf } from "../postgres/protocol.js";
import { EVERY_TENANT } from "../tenantOf.js";
import type { Catalogue, LedgerTable } from "./catalogue.js";
import { copyIn } from "./copyIn.js";
import { columnsOf, type Numbers, otherVersion, type Source, selection, type Target } from "./place.js";
import { fromPostgres, lineOf, type Row } from "./row.js";

/** Rows of one FETCH: at the greatest length of a text they are half a gigabyte, usually less than one megabyte. */
const FETCHED = 500;

/** How long a transaction that is under way is waited for, and the connection of a move that was killed. */
const LOCK_MS = 15_000;
const LOCK_PAUSE_MS = 100;

/** What a store that was opened and never used has in it. */
const ALWAYS_THERE: ReadonlySet<string> = new Set(["meta", "leases", "embedders"]);

/** A ledger in a schema of Postgres. What goes wrong is a MemosError. */
export class PostgresPlace implements Source, Target {
  readonly dialect = "postgres";
  readonly name: string;
  readonly #address: PostgresAddress;
  readonly #catalogue: Catalogue;
  readonly #client: pg.Client;

  private constructor(address: PostgresAddress, catalogue: Catalogue) {
    this.name = shown(address);
    // Nobody else asks meanwhile: one connection reads.
    this.#address = { ...address, readers: 1 };
    this.#catalogue = catalogue;
    this.#client = new pg.Client({
      connectionString: address.url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: "memos migrate",
      types: { getTypeParser: () => String },
    } as pg.ClientConfig);
    // What is under way fails with it.
    this.#client.on("error", () => undefined);
  }

  /**
   * A ledger that is there, brought to this program's schema.
   *
   * @throws MemosError LEDGER_UNAVAILABLE, STORE_INVALID, STORE_NEWER, STORE_BUSY or READ_ONLY.
   */
  static async source(address: PostgresAddress, catalogue: Catalogue): Promise<PostgresPlace> {
    return PostgresPlace.#connected(address, catalogue, async (place) => {
      if (!(await place.#present()))
        throw new MemosError("STORE_INVALID", `There is no ledger at ${place.name}.`);
    });
  }

  /** Where there may be a ledger already; makes the schema where it is not there. */
  static async target(address: PostgresAddress, catalogue: Catalogue): Promise<PostgresPlace> {
    const place = await PostgresPlace.#connected(address, catalogue, async () => undefined);
    // Rows and the note of how far they reach are lost together, or not at all; the last commit waits for the disk.
    await place.#run("SET synchronous_commit TO off");
    return place;
  }

  static async #connected(
    address: PostgresAddress,
    catalogue: Catalogue,
    check: (place: PostgresPlace) => Promise<void>,
  ): Promise<PostgresPlace> {
    const place = new PostgresPlace(address, catalogue);
    try {
      await place.#guarded("connecting", () => place.#client.connect());
      await place.#run(`SET search_path TO "${address.schema}", pg_catalog`);
      await place.#run(
        "SET client_min_messages TO warning; SET timezone TO 'UTC'; SET lock_timeout TO 30000",
      );
      // Without a tenant the walls let nothing through (postgres/triggers.ts).
      await place.#all("SELECT set_config('memos.tenant', $1, false)", [EVERY_TENANT]);
      await check(place);
      await place.#migrated();
      await place.#lock();
      return place;
    } catch (error) {
      await place.close();
      throw error;
    }
  }

  async #present(): Promise<boolean> {
    const [row] = await this.#all("SELECT to_regclass($1) IS NOT NULL", [`"${this.#address.schema}".meta`]);
    return row?.[0] === "t";
  }

  async #migrated(): Promise<void> {
    if (await this.#present()) {
      const [row] = await this.#all("SELECT value FROM meta WHERE name = 'schema'");
      if (Number(row?.[0]) === SCHEMA_VERSION) return;
      const { moved, arriving } = await this.marks();
      if (moved !== undefined || arriving !== undefined) throw otherVersion(this.name);
    }
    // As any process does that opens it.
    await (await openLedger({ address: this.#address, readOnly: false })).close();
  }

  /**
   * Keeps every writer out as long as this connection lives: each takes the same lock for its transaction
   * (postgres/functions.ts). So there are no two moves at once either.
   */
  async #lock(): Promise<void> {
    const until = Date.now() + LOCK_MS;
    for (;;) {
      const [row] = await this.#all("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", [
        this.#address.schema,
      ]);
      if (row?.[0] === "t") return;
      if (Date.now() >= until)
        throw new MemosError("STORE_BUSY", `Another process moves or writes to ${this.name}.`);
      await pause(LOCK_PAUSE_MS);
    }
  }

  async #guarded<T>(during: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw asMemosError(failureOf(error, during));
    }
  }

  async #run(sql: string): Promise<void> {
    await this.#guarded(sql, () => this.#client.query(sql));
  }

  #names(): string[] {
    return this.#catalogue.tables.map(({ name }) => name);
  }

  /** One statement for each table, in one round trip. */
  async #forEach(names: readonly string[], statement: (name: string) => string): Promise<void> {
    await this.#run(names.map(statement).join(";\n"));
  }

  async #all(text: string, values: readonly unknown[] = []): Promise<(string | null)[][]> {
    return this.#guarded(text, async () => {
      const { rows } = await this.#client.query({ text, values: [...values], rowMode: "array" });
      return rows as (string | null)[][];
    });
  }

  async #transaction(run: () => Promise<void>): Promise<void> {
    await this.#run("BEGIN");
    try {
      await run();
      await this.#run("COMMIT");
    } catch (error) {
      await this.#run("ROLLBACK").catch(() => undefined);
      throw error;
    }
  }

  async #note(name: keyof Marks, value: object): Promise<void> {
    await this.#all(
      "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      [name, JSON.stringify(value)],
    );
  }

  async marks(): Promise<Marks> {
    const rows = await this.#all(
      "SELECT name, value FROM meta WHERE name IN ('moved', 'arriving', 'arrived')",
    );
    return marksFrom(rows.map(([name, value]) => ({ name: name ?? "", value: value ?? "" })));
  }

  async fence(moved: Moved): Promise<void> {
    await this.#transaction(async () => {
      await this.#run(`CREATE FUNCTION moved_away() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '${MOVED_SIGN}' USING ERRCODE = '${MOVED_STATE}'; END $$`);
      await this.#forEach(
        this.#names().filter((name) => name !== "meta"),
        (name) => `CREATE TRIGGER moved_away BEFORE INSERT OR UPDATE OR DELETE ON "${name}"
          FOR EACH ROW EXECUTE FUNCTION moved_away()`,
      );
      await this.#note("moved", moved);
    });
  }

  async unfence(): Promise<void> {
    await this.#transaction(async () => {
      await this.#run("DROP FUNCTION IF EXISTS moved_away() CASCADE");
      await this.#run("DELETE FROM meta WHERE name = 'moved'");
    });
  }

  async finished(moved: Moved): Promise<void> {
    await this.#note("moved", moved);
  }

  async *rows(table: LedgerTable, after?: Row): AsyncGenerator<readonly Row[]> {
    const place = (at: number) => `$${at + 1}::${table.key[at]?.type === "INTEGER" ? "bigint" : "text"}`;
    await this.#run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    try {
      await this.#all(
        `DECLARE moving NO SCROLL CURSOR FOR ${selection(table, after, place)}`,
        after === undefined ? [] : after,
      );
      for (;;) {
        const rows = await this.#all(`FETCH ${FETCHED} FROM moving`);
        if (rows.length > 0) yield rows.map((values) => fromPostgres(table.columns, values));
        if (rows.length < FETCHED) return;
      }
    } finally {
      await this.#run("ROLLBACK").catch(() => undefined);
    }
  }

  async count({ name, only = "TRUE" }: LedgerTable): Promise<number> {
    const [row] = await this.#all(`SELECT count(*) FROM "${name}" WHERE ${only}`);
    return Number(row?.[0]);
  }

  async numbers(): Promise<Numbers> {
    const rows = await this.#all(`SELECT name, seq FROM sqlite_sequence
      UNION ALL SELECT 'partitions', coalesce(pg_sequence_last_value('partitions_numbers'), 0)
      UNION ALL SELECT 'traces', coalesce(pg_sequence_last_value('traces_numbers'), 0)`);
    return Object.fromEntries(rows.map(([name, seq]) => [name, Number(seq)]));
  }

  /** It keeps no such text. */
  async unfit(): Promise<undefined> {
    return undefined;
  }

  async holdsSomething(): Promise<boolean> {
    for (const { name } of this.#catalogue.tables) {
      if (ALWAYS_THERE.has(name)) continue;
      const [row] = await this.#all(`SELECT EXISTS (SELECT 1 FROM "${name}")`);
      if (row?.[0] === "t") return true;
    }
    return false;
  }

  /**
   * Takes triggers and walls away from the tables, which an owner may do, and `session_replication_role` may not
   * without being a superuser: rows come with what triggers made of them in the old ledger (usage, stale adapters,
   * events), and COPY refuses tables with walls. Nobody sees them like that: no ledger opens before `arrive`.
   */
  async begin(arriving: Arriving): Promise<void> {
    await this.#transaction(async () => {
      await this.#run("DROP FUNCTION IF EXISTS moved_away() CASCADE");
      const emptied = this.#names()
        .filter((name) => name !== "meta")
        .map((name) => `"${name}"`);
      await this.#run(`TRUNCATE ${emptied.join(", ")}`);
      await this.#forEach(
        this.#names(),
        (name) => `ALTER TABLE "${name}" DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY`,
      );
      await this.#run("DELETE FROM meta WHERE name <> 'schema'");
      await this.#note("arriving", arriving);
    });
  }

  async put(table: LedgerTable, rows: readonly Row[], arriving: Arriving): Promise<void> {
    const text = `COPY "${table.name}" (${columnsOf(table)}) FROM STDIN`;
    const lines = rows.map(lineOf).join("");
    await this.#transaction(async () => {
      await this.#guarded(text, () => copyIn(this.#client, text, lines));
      await this.#note("arriving", arriving);
    });
  }

  async arrive(arrived: Arrived, numbers: Numbers): Promise<void> {
    await this.#run("SET synchronous_commit TO on");
    // The first search is not to be planned as if there were nothing.
    await this.#forEach(this.#names(), (name) => `ANALYZE "${name}"`);
    await this.#transaction(async () => {
      await this.#number(numbers);
      const walled = await this.#all(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relrowsecurity",
      );
      await this.#forEach(
        walled.map(([name]) => name as string),
        (name) => `ALTER TABLE "${name}" FORCE ROW LEVEL SECURITY`,
      );
      await this.#forEach(this.#names(), (name) => `ALTER TABLE "${name}" ENABLE TRIGGER USER`);
      await this.#run("DELETE FROM meta WHERE name = 'arriving'");
      await this.#note("arrived", arrived);
    });
  }

  async #number(numbers: Numbers): Promise<void> {
    for (const name of ["outbox", "events"])
      await this.#all("UPDATE sqlite_sequence SET seq = $2 WHERE name = $1", [name, numbers[name] ?? 0]);
    for (const [table, column] of Object.entries(NUMBERED)) {
      const [row] = await this.#all(`SELECT coalesce(max("${column}"), 0) FROM "${table}"`);
      const last = Math.max(Number(row?.[0]), numbers[table] ?? 0);
      await this.#all("SELECT setval($1, $2, $3)", [`${table}_numbers`, Math.max(last, 1), last > 0]);
    }
  }

  async ledger(): Promise<Ledger> {
    return openLedger({ address: this.#address, readOnly: true, moving: true });
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}

function shown({ url, schema }: PostgresAddress): string {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}?schema=${schema}`;
}
