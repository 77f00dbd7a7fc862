import Database from "libsql";

const BUSY_TIMEOUT_MS = 30_000;

/**
 * What a program without a memory system would do: texts in one SQLite table, committed durably in the same
 * way as the ledger (write-ahead log, `synchronous=FULL`), and found by `LIKE`.
 */
export class SqliteTexts {
  readonly #db: Database.Database;
  readonly #insert: Database.Statement;

  constructor(file: string) {
    this.#db = new Database(file);
    this.#db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    this.#db.exec("PRAGMA journal_mode = WAL");
    this.#db.exec("PRAGMA synchronous = FULL");
    this.#db.exec(
      "CREATE TABLE IF NOT EXISTS texts (key INTEGER PRIMARY KEY, tenant TEXT NOT NULL, text TEXT NOT NULL)",
    );
    this.#db.exec("CREATE INDEX IF NOT EXISTS texts_tenant ON texts (tenant)");
    this.#insert = this.#db.prepare("INSERT INTO texts (tenant, text) VALUES (?, ?)");
  }

  /** One transaction of one row, on disk when it returns. */
  insert(tenant: string, text: string): void {
    this.#insert.run(tenant, text);
  }

  /** One transaction for all. */
  insertAll(tenant: string, texts: readonly string[]): void {
    this.#db.exec("BEGIN IMMEDIATE");
    for (const text of texts) this.#insert.run(tenant, text);
    this.#db.exec("COMMIT");
  }

  /** The texts of a tenant that contain the most of some words, by looking at every one. */
  containing(tenant: string, words: readonly string[], limit: number): unknown[] {
    const score = words.map(() => "(text LIKE ?)").join(" + ");
    return this.#db
      .prepare(`SELECT text, ${score} AS score FROM texts WHERE tenant = ? ORDER BY score DESC LIMIT ?`)
      .all(...words.map((found) => `%${found}%`), tenant, limit);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}
