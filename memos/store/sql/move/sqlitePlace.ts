import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import Database from "libsql";
import { MemosError } from "../../../../memcube/index.js";
import { syncFolder } from "../../../atomicFile.js";
import type { Ledger } from "../../ledger.js";
import { migrate, SCHEMA_VERSION, schemaVersion } from "../migrations.js";
import { type Arrived, type Arriving, type Marks, MOVED_SIGN, type Moved, marksFrom } from "../moved.js";
import { openLedger } from "../openLedger.js";
import { asMemosError, BUSY_TIMEOUT_MS } from "../sqlite.js";
import type { Catalogue, LedgerTable } from "./catalogue.js";
import {
  COUNTED,
  columnsOf,
  type Numbers,
  otherVersion,
  type Source,
  selection,
  type Target,
} from "./place.js";
import { CHUNK, fromSqlite, type Row, sizeOf, toSqlite } from "./row.js";

const FENCED = ["INSERT", "UPDATE", "DELETE"] as const;

/** A file of SQLite beside the ledger, in which the rows arrive; the last step gives it the ledger's name. */
const arrivingFile = (file: string) => `${file}.arriving`;

/** A ledger in a file. What goes wrong is a MemosError. */
export class SqlitePlace implements Source, Target {
  readonly dialect = "sqlite";
  readonly name: string;
  readonly #file: string;
  readonly #catalogue: Catalogue;
  #working: string;
  #db: Database.Database | undefined;

  private constructor(file: string, working: string, catalogue: Catalogue) {
    this.name = file;
    this.#file = file;
    this.#working = working;
    this.#catalogue = catalogue;
  }

  /**
   * A ledger that is there, brought to this program's schema.
   *
   * @throws MemosError STORE_INVALID, STORE_NEWER, STORE_BUSY or DISK_FULL.
   */
  static async source(file: string, catalogue: Catalogue): Promise<SqlitePlace> {
    if (!existsSync(file)) throw new MemosError("STORE_INVALID", `There is no ledger at ${file}.`);
    const place = new SqlitePlace(file, file, catalogue);
    try {
      if (place.#version() < SCHEMA_VERSION) {
        if ((await place.marks()).moved !== undefined) throw otherVersion(file);
        place.#close();
        // As any process does that opens it.
        await (await openLedger({ file, readOnly: false, maxBytes: undefined })).close();
      }
      return place;
    } catch (error) {
      place.#close();
      throw error;
    }
  }

  /** Where there may be a ledger already; `begin` makes the file. */
  static async target(file: string, catalogue: Catalogue): Promise<SqlitePlace> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const arriving = arrivingFile(file);
    return new SqlitePlace(file, existsSync(arriving) ? arriving : file, catalogue);
  }

  #open(): Database.Database {
    this.#db ??= guarded(() => {
      const db = new Database(this.#working);
      db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA secure_delete = ON`);
      return db;
    });
    return this.#db;
  }

  #close(): void {
    this.#db?.close();
    this.#db = undefined;
  }

  #version(): number {
    return guarded(() => schemaVersion(this.#open()));
  }

  async marks(): Promise<Marks> {
    if (!existsSync(this.#working) || this.#version() === 0) return {};
    return guarded(() => {
      const db = this.#open();
      // Ledgers of the first programs have no such table.
      if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").get() === undefined) return {};
      const rows = db
        .prepare("SELECT name, value FROM meta WHERE name IN ('moved', 'arriving', 'arrived')")
        .all();
      return marksFrom(rows as { name: string; value: string }[]);
    });
  }

  #write(run: (db: Database.Database) => void): void {
    guarded(() => {
      const db = this.#open();
      db.exec("BEGIN IMMEDIATE");
      try {
        run(db);
        db.exec("COMMIT");
      } catch (error) {
        if (db.inTransaction) db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  async fence(moved: Moved): Promise<void> {
    this.#write((db) => {
      for (const { name } of this.#fenced())
        for (const statement of FENCED)
          db.exec(
            `CREATE TRIGGER moved_${name}_${statement} BEFORE ${statement} ON "${name}" BEGIN SELECT RAISE(ABORT, '${MOVED_SIGN}'); END`,
          );
      note(db, "moved", moved);
    });
  }

  async unfence(): Promise<void> {
    this.#write((db) => {
      for (const { name } of this.#fenced())
        for (const statement of FENCED) db.exec(`DROP TRIGGER IF EXISTS moved_${name}_${statement}`);
      db.exec("DELETE FROM meta WHERE name = 'moved'");
    });
  }

  async finished(moved: Moved): Promise<void> {
    this.#write((db) => note(db, "moved", moved));
  }

  /** All tables but the one with the mark itself: leases too, so that no flusher begins. */
  #fenced(): readonly LedgerTable[] {
    return this.#catalogue.tables.filter(({ name }) => name !== "meta");
  }

  async *rows(table: LedgerTable, after?: Row): AsyncGenerator<readonly Row[]> {
    const statement = guarded(() =>
      this.#open()
        .prepare(selection(table, after, () => "?"))
        .raw()
        .safeIntegers(true),
    );
    const behind = after === undefined ? [] : toSqlite(table.key, after);
    let chunk: Row[] = [];
    let bytes = 0;
    try {
      for (const values of statement.iterate(...behind) as Iterable<unknown[]>) {
        const row = fromSqlite(values);
        chunk.push(row);
        bytes += sizeOf(row);
        if (chunk.length < CHUNK.rows && bytes < CHUNK.bytes) continue;
        yield chunk;
        chunk = [];
        bytes = 0;
      }
    } catch (error) {
      throw asMemosError(error);
    }
    if (chunk.length > 0) yield chunk;
  }

  async count({ name, only = "TRUE" }: LedgerTable): Promise<number> {
    return guarded(() => {
      const row = this.#open().prepare(`SELECT count(*) AS n FROM "${name}" WHERE ${only}`).get();
      return (row as { n: number }).n;
    });
  }

  async numbers(): Promise<Numbers> {
    const rows = guarded(() => this.#open().prepare("SELECT name, seq FROM sqlite_sequence").all());
    return Object.fromEntries((rows as { name: string; seq: number }[]).map(({ name, seq }) => [name, seq]));
  }

  async unfit(tables: readonly LedgerTable[]): Promise<string | undefined> {
    for (const { name, columns, key } of tables) {
      const texts = columns.filter(({ type }) => type === "TEXT");
      if (texts.length === 0) continue;
      const shown = key.map((column) => `"${column.name}"`).join(", ");
      // The driver ends a text at U+0000: only SQLite sees it.
      const bad = texts.map((column) => `instr(CAST("${column.name}" AS BLOB), x'00') > 0`).join(" OR ");
      const row = guarded(() =>
        this.#open().prepare(`SELECT ${shown} FROM "${name}" WHERE ${bad} LIMIT 1`).raw().get(),
      ) as unknown[] | undefined;
      if (row === undefined) continue;
      const place = key.map((column, at) => `${column.name} ${String(row[at])}`).join(", ");
      return `${name} (${place})`;
    }
    return undefined;
  }

  async holdsSomething(): Promise<boolean> {
    return existsSync(this.#working) && this.#version() > 0;
  }

  async begin(arriving: Arriving): Promise<void> {
    this.#close();
    this.#working = arrivingFile(this.#file);
    await removeFiles(this.#working);
    guarded(() => {
      const db = this.#open();
      db.exec("PRAGMA journal_mode = WAL");
      migrate(db, false);
    });
    // Rows come with what triggers made of them in the old ledger: once more would count twice.
    this.#write((db) => {
      for (const { name } of db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all() as {
        name: string;
      }[])
        db.exec(`DROP TRIGGER ${name}`);
      note(db, "arriving", arriving);
    });
  }

  async put(table: LedgerTable, rows: readonly Row[], arriving: Arriving): Promise<void> {
    const marks = table.columns.map(() => "?").join(", ");
    this.#write((db) => {
      const insert = db.prepare(`INSERT INTO "${table.name}" (${columnsOf(table)}) VALUES (${marks})`);
      for (const row of rows) insert.run(...toSqlite(table.columns, row));
      note(db, "arriving", arriving);
    });
  }

  async arrive(arrived: Arrived, numbers: Numbers): Promise<void> {
    if ((await this.marks()).arrived === undefined)
      this.#write((db) => {
        for (const trigger of this.#catalogue.triggers) db.exec(trigger);
        for (const name of COUNTED) {
          db.prepare("DELETE FROM sqlite_sequence WHERE name = ?").run(name);
          db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)").run(name, numbers[name] ?? 0);
        }
        db.exec("DELETE FROM meta WHERE name = 'arriving'");
        note(db, "arrived", arrived);
      });
    guarded(() => this.#open().exec("PRAGMA wal_checkpoint(TRUNCATE)"));
    this.#close();
    if (existsSync(this.#file)) settle(this.#file);
    // What an older ledger of this name leaves beside it would be read as this one's.
    for (const suffix of ["-wal", "-shm"]) await rm(`${this.#file}${suffix}`, { force: true });
    await rename(this.#working, this.#file);
    await syncFolder(dirname(this.#file));
    this.#working = this.#file;
  }

  async ledger(): Promise<Ledger> {
    return openLedger({ file: this.#working, readOnly: true, maxBytes: undefined, moving: true });
  }

  async close(): Promise<void> {
    this.#close();
  }
}

function note(db: Database.Database, name: keyof Marks, value: object): void {
  db.prepare(
    "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  ).run(name, JSON.stringify(value));
}

async function removeFiles(file: string): Promise<void> {
  for (const suffix of ["", "-wal", "-shm"]) await rm(`${file}${suffix}`, { force: true });
}

/** Brings a ledger that is about to be replaced into its one file, so that it is whole until the last moment. */
function settle(file: string): void {
  guarded(() => {
    const db = new Database(file);
    try {
      const { busy } = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
      if (busy !== 0) throw new MemosError("STORE_BUSY", `Another process has ${file} open.`);
    } finally {
      db.close();
    }
  });
}

function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw asMemosError(error);
  }
}
