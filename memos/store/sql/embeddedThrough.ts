import type { Unembedded } from "../ledger.js";
import type { Connection } from "./connection.js";
import { SEARCHABLE } from "./cubeRows.js";

/**
 * Up to which key every text has a vector of an embedder, so that a store that is opened does not look through all
 * of its cubes for missing ones. Kept in `meta` for each embedder, and lowered by every write that may leave
 * a text below it without one. Each method runs inside a transaction of the connection that writes.
 *
 *     key       1 2 3 4 5 6 7 8 9
 *     vector    x x x x . x x . x      through = 4; 5 and 8 are missing
 */
export class EmbeddedThrough {
  readonly #read;
  readonly #save;
  readonly #lower;
  readonly #forgetOthers;
  readonly #page;
  readonly #missing;

  readonly #readOnly: boolean;

  constructor({ db, readOnly }: Connection) {
    this.#readOnly = readOnly;
    this.#read = db.prepare("SELECT value FROM meta WHERE name = ?");
    this.#save = db.prepare(
      "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    );
    this.#lower = db.prepare(
      `UPDATE meta SET value = ? WHERE name <> ?
         AND CASE WHEN name LIKE '${PREFIX}%' THEN CAST(value AS INTEGER) >= ? ELSE FALSE END`,
    );
    this.#forgetOthers = db.prepare(`DELETE FROM meta WHERE name LIKE '${PREFIX}%' AND name <> ?`);
    const page = "SELECT key, tenant, state, digest FROM cubes WHERE key > ? ORDER BY key LIMIT ?";
    this.#page = db.prepare(`SELECT count(*) AS read, max(key) AS last FROM (${page}) p`);
    // What was forgotten has no vector until it is recovered, which is a write of its own.
    this.#missing = db.prepare(
      `SELECT p.tenant AS tenant, p.state AS state, min(p.key) AS first
       FROM (${page}) p LEFT JOIN vectors v ON v.key = p.key
       WHERE p.digest IS NOT NULL AND p.state <> 'forgotten' AND (v.embedder IS NULL OR v.embedder <> ?)
       GROUP BY p.tenant, p.state`,
    );
  }

  #through(embedder: number): number {
    const row = this.#read.get(nameOf(embedder)) as { value: string } | undefined;
    return Number(row?.value ?? 0);
  }

  /** New cubes, in key order, each with a vector of this embedder or without text. */
  added(embedder: number, first: number, last: number): void {
    if (this.#through(embedder) === first - 1) this.#save.run(nameOf(embedder), `${last}`);
  }

  /** A text that has no vector now, or one of this embedder alone. */
  written(key: number, embedder: number | null): void {
    this.#lower.run(`${key - 1}`, embedder === null ? "" : nameOf(embedder), key);
  }

  /** Vectors of one embedder have taken the place of others'. */
  forgetOthers(embedder: number): void {
    this.#forgetOthers.run(nameOf(embedder));
  }

  missing(embedder: number, afterKey: number, limit: number): Unembedded {
    const known = this.#through(embedder);
    const after = Math.max(afterKey, known);
    const { read, last } = this.#page.get(after, limit) as { read: number; last: number | null };
    const rows = this.#missing.all(after, limit, embedder) as {
      tenant: string;
      state: string;
      first: number;
    }[];
    const complete = rows.reduce((least, { first }) => Math.min(least, first - 1), last ?? after);
    if (after === known && complete > known && !this.#readOnly)
      this.#save.run(nameOf(embedder), `${complete}`);
    const searchable = rows.filter(({ state }) => (SEARCHABLE as readonly string[]).includes(state));
    return {
      tenants: [...new Set(searchable.map(({ tenant }) => tenant))],
      through: read < limit ? null : last,
    };
  }
}

const PREFIX = "embedded:";

function nameOf(embedder: number): string {
  return `${PREFIX}${embedder}`;
}
