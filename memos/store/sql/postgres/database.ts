import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { isMemosError, MemosError } from "../../../../memcube/index.js";
import type { RunResult, SqlDatabase, SqlStatement } from "../database.js";
import { SCHEMA_VERSION } from "../migrations.js";
import { asMemosError, unavailable } from "./failure.js";
import { type LogPosition, POSITION, type PositionRow, positionFrom } from "./logPosition.js";
import { migrate } from "./migrate.js";
import { type Answer, type Failure, type Introduction, type Request, SIGNAL, UNSENT } from "./protocol.js";
import { type Translated, translate } from "./translate.js";

/** How long a lock is waited for before STORE_BUSY. */
const BUSY_TIMEOUT_MS = 30_000;

/** A transaction whose process has gone silent is ended after this, so that it stops no other. */
const IDLE_TRANSACTION_MS = 30_000;

/** How long opening a connection may take. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** How long a call goes on trying while Postgres is away: a restart is not felt. */
const RETRY_MS = 15_000;
const RETRY_PAUSE_MS = 250;

/** Clocks that differ by less are taken for one: so long may a question take. */
const SAME_CLOCK_MS = 2_000;

/** Answers that are not waited for; more, and the oldest half is. */
const UNREAD_AT_MOST = 512;

/** A statement is kept by name on the server from its second use on; so many are. */
const NAMED_AT_MOST = 1_000;

/** Longer than any statement may take: after this long without an answer the network is taken for split. */
const SILENCE_MS = 45_000;
const LOOK_MS = 1_000;

export interface PostgresOptions {
  readonly url: string;
  readonly schema: string;
  readonly readOnly: boolean;
  /** A connection that is lost stays lost: its calls fail, at once. */
  readonly single?: true;
  /** For the move itself, which reads what nobody else may open (../moved.ts). */
  readonly moving?: true;
}

/**
 * Postgres as a database that answers before the call returns. The connection lives in another thread (wire.ts); this
 * one sleeps until the answer is there. A statement that only writes is not waited for: what it did is asked for when
 * somebody wants to know, and a failure shows at the next answer, at the latest at the commit. So a transaction of a
 * hundred statements costs as many round trips as it reads, not as it writes.
 */
export class PostgresDatabase implements SqlDatabase {
  readonly dialect = "postgres";
  readonly #options: PostgresOptions;
  readonly #port: MessagePort;
  readonly #signal: Int32Array;
  readonly #translated = new Map<string, Translated>();
  /** Name of each statement on the server; null for one that was used once. */
  readonly #names = new Map<string, string | null>();
  /** Answers that somebody may come for. */
  readonly #answers = new Map<number, Answer>();
  readonly #kept = new Set<number>();
  #asked = 0;
  #answered = 0;
  /** The first that went wrong since the last time that somebody was told. */
  #failure: Failure | undefined;
  #transaction = false;
  #ahead = 0;
  /** What the connection was told last; undefined where that is not known. */
  #tenant: string | undefined;

  /** @throws MemosError LEDGER_UNAVAILABLE, STORE_NEWER, STORE_INVALID or READ_ONLY. */
  constructor(options: PostgresOptions, { port, signal }: Introduction) {
    this.#options = options;
    this.#port = port;
    this.#signal = signal;
    this.#connect();
    const execute = (text: string) => this.#wait({ text }) as Record<string, unknown>[];
    migrate(execute, options.schema, options.readOnly);
  }

  get inTransaction(): boolean {
    return this.#transaction;
  }

  get ahead(): number {
    return this.#ahead;
  }

  #compareClocks(): void {
    const asked = Date.now();
    const [row] = this.#wait({
      text: "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now",
    }) as { now: number }[];
    const between = (asked + Date.now()) / 2;
    const ahead = Math.round((row?.now ?? between) - between);
    this.#ahead = Math.abs(ahead) < SAME_CLOCK_MS ? 0 : ahead;
  }

  /** Opens the connection, or opens it anew. What was under way on an old one has failed by then. */
  #connect(): void {
    const { url, schema, readOnly } = this.#options;
    const session = [
      `SET search_path TO "${schema}", pg_catalog`,
      `SET lock_timeout TO ${BUSY_TIMEOUT_MS}`,
      `SET idle_in_transaction_session_timeout TO ${IDLE_TRANSACTION_MS}`,
      "SET client_min_messages TO warning",
      "SET timezone TO 'UTC'",
      // Each statement is of few rows, by an index: to compile one takes longer than to run it.
      "SET jit TO off",
      `SET default_transaction_read_only TO ${readOnly ? "on" : "off"}`,
    ].join("; ");
    const seq = this.#ask({ open: { url, session, timeout: CONNECT_TIMEOUT_MS } }, true);
    this.#drain();
    const answer = this.#answers.get(seq);
    this.#forget();
    this.#names.clear();
    if (answer !== undefined && "failure" in answer) throw asMemosError(answer.failure);
    this.#compareClocks();
  }

  /** What is not settled yet belongs to nobody any more. */
  #forget(): void {
    this.#answers.clear();
    this.#kept.clear();
    this.#failure = undefined;
    this.#tenant = undefined;
  }

  #drain(): void {
    while (this.#answered < this.#asked) this.#receive();
  }

  prepare(sql: string): SqlStatement {
    let translated = this.#translated.get(sql);
    if (translated === undefined) {
      if (this.#translated.size >= NAMED_AT_MOST) this.#translated.clear();
      translated = translate(sql);
      this.#translated.set(sql, translated);
    }
    return new Statement(this, translated, false);
  }

  /** Rows of a statement. Outside of a transaction it is asked again when the connection was lost. */
  rows({ text }: Translated, values: readonly unknown[], arrays: boolean): readonly unknown[] {
    const read = () => this.#wait({ text, ...this.#named(text), values, arrays });
    return this.#transaction ? read() : this.#patiently(read);
  }

  /** What a statement has done, without waiting for it inside a transaction. */
  done({ text, rowId }: Translated, values: readonly unknown[]): RunResult {
    const seq = this.#ask({ text, ...this.#named(text), values }, true);
    if (!this.#transaction) this.#answerOf(seq);
    const answer = () => this.#answerOf(seq);
    return {
      get changes() {
        return answer().count;
      },
      get lastInsertRowid() {
        const [row] = answer().rows as Record<string, number>[];
        return rowId === undefined ? 0 : (row?.[rowId] ?? 0);
      },
    };
  }

  #named(text: string): { name?: string } {
    const name = this.#names.get(text);
    if (typeof name === "string") return { name };
    if (name === undefined) {
      if (this.#names.size < NAMED_AT_MOST) this.#names.set(text, null);
      return {};
    }
    const given = `s${this.#asked}`;
    this.#names.set(text, given);
    return { name: given };
  }

  transaction<T>(run: () => T): T {
    return this.#patiently(() => this.#attempt(run));
  }

  /** Does something again, over a new connection, as long as Postgres may only be restarting. */
  #patiently<T>(run: () => T): T {
    const until = Date.now() + RETRY_MS;
    for (;;) {
      try {
        return run();
      } catch (error) {
        const away = isMemosError(error, "LEDGER_UNAVAILABLE") && error.path !== UNCERTAIN;
        if (!away || this.#options.single || Date.now() >= until) throw error;
        this.#reconnect(until);
      }
    }
  }

  #reconnect(until: number): void {
    for (;;) {
      try {
        this.#connect();
        return;
      } catch (error) {
        if (!isMemosError(error, "LEDGER_UNAVAILABLE") || Date.now() >= until) throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_PAUSE_MS);
      }
    }
  }

  #attempt<T>(run: () => T): T {
    this.#ask({ text: "BEGIN" }, false);
    this.#ask({ text: "SELECT enter_writer($1)", name: "enter_writer", values: [SCHEMA_VERSION] }, false);
    this.#transaction = true;
    let committing = false;
    try {
      const result = run();
      const commit = this.#ask({ text: "COMMIT" }, true);
      committing = true;
      this.#answerOf(commit);
      return result;
    } catch (error) {
      const lost = committing && isMemosError(error, "LEDGER_UNAVAILABLE") && this.#failure?.code !== UNSENT;
      this.#rollback();
      if (lost) throw unavailable("It was lost during a commit, which may have happened.", error, UNCERTAIN);
      throw error;
    } finally {
      this.#transaction = false;
      this.#answers.clear();
      this.#kept.clear();
    }
  }

  /** Waits for all answers, so that none of a transaction that failed is taken for one of the next. */
  #rollback(): void {
    try {
      this.#ask({ text: "ROLLBACK" }, false);
      this.#drain();
    } catch {
      // The connection is gone, and the transaction with it.
    }
    this.#forget();
  }

  snapshot<T>(read: () => T): T {
    if (this.#transaction) return read();
    return this.#patiently(() => {
      this.#ask({ text: "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" }, false);
      this.#transaction = true;
      try {
        const result = read();
        this.#ask({ text: "COMMIT" }, false);
        return result;
      } catch (error) {
        this.#rollback();
        throw error;
      } finally {
        this.#transaction = false;
      }
    });
  }

  enter(tenant: string): void {
    if (tenant === this.#tenant) return;
    this.#tenant = tenant;
    this.#ask(
      { text: "SELECT set_config('memos.tenant', $1, false)", name: "enter", values: [tenant] },
      false,
    );
  }

  position(): LogPosition {
    const ask = () => this.#wait({ text: POSITION, name: "position" });
    const [row] = this.#transaction ? ask() : this.#patiently(ask);
    return positionFrom(row as PositionRow);
  }

  check(): string {
    const [row] = this.#wait({
      text: "SELECT count(*) AS n FROM versions v WHERE NOT EXISTS (SELECT 1 FROM cubes c WHERE c.key = v.key)",
    }) as { n: number }[];
    return row?.n === 0 ? "ok" : `${row?.n} versions belong to no cube`;
  }

  bytes(): number {
    const [row] = this.#wait({
      text: `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) AS bytes FROM pg_catalog.pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'`,
    }) as { bytes: number }[];
    return row?.bytes ?? 0;
  }

  /** Deleted rows leave their pages by autovacuum; these and the write-ahead log are the server's to overwrite. */
  checkpoint(): boolean {
    return true;
  }

  copyTo(): never {
    throw new MemosError(
      "UNSUPPORTED",
      "A Postgres ledger is backed up by Postgres: docs/backup.md has the base backup and the way back to an instant.",
    );
  }

  close(): void {
    this.#port.close();
  }

  #ask(request: Question, keep: boolean): number {
    while (this.#asked - this.#answered > UNREAD_AT_MOST) this.#receive();
    const seq = ++this.#asked;
    if (keep) this.#kept.add(seq);
    this.#port.postMessage({ seq, ...request });
    return seq;
  }

  #wait(question: Question): readonly unknown[] {
    return this.#answerOf(this.#ask(question, true)).rows;
  }

  #answerOf(seq: number): Given {
    while (!this.#answers.has(seq) && this.#answered < seq) this.#receive();
    if (this.#failure !== undefined) {
      const failure = this.#failure;
      // Inside a transaction the first failure stands until it is rolled back.
      if (!this.#transaction) this.#failure = undefined;
      throw asMemosError(failure);
    }
    const answer = this.#answers.get(seq);
    if (answer === undefined || "failure" in answer) throw new Error("The answer of the connection is gone.");
    return answer;
  }

  #receive(): void {
    const until = Date.now() + SILENCE_MS;
    for (;;) {
      const seen = Atomics.load(this.#signal, SIGNAL.answers);
      const received = receiveMessageOnPort(this.#port) as { message: Answer } | undefined;
      if (received !== undefined) {
        this.#note(received.message);
        return;
      }
      if (Date.now() >= until) throw unavailable("The Postgres server does not answer.", undefined);
      Atomics.wait(this.#signal, SIGNAL.answers, seen, LOOK_MS);
    }
  }

  #note(answer: Answer): void {
    this.#answered++;
    if ("failure" in answer) this.#failure ??= answer.failure;
    if (!this.#kept.delete(answer.seq)) return;
    this.#answers.set(answer.seq, answer);
    // Nobody comes any more for what a write did so long ago.
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > 4 * UNREAD_AT_MOST && oldest !== undefined) this.#answers.delete(oldest);
  }
}

type Given = Extract<Answer, { rows: unknown }>;
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
type Question = Without<Request, "seq">;

/** Marks a failure after which nobody knows whether something was written. */
const UNCERTAIN = "commit";

class Statement implements SqlStatement {
  readonly #database: PostgresDatabase;
  readonly #translated: Translated;
  readonly #arrays: boolean;

  constructor(database: PostgresDatabase, translated: Translated, arrays: boolean) {
    this.#database = database;
    this.#translated = translated;
    this.#arrays = arrays;
  }

  #values(given: readonly unknown[]): unknown[] {
    const [first] = given;
    const named = typeof first === "object" && first !== null && !ArrayBuffer.isView(first);
    return this.#translated.parameters.map((parameter) => {
      const value = named ? (first as Record<string, unknown>)[parameter] : given[parameter as number];
      return value === undefined ? null : value;
    });
  }

  run(...given: unknown[]): RunResult {
    return this.#database.done(this.#translated, this.#values(given));
  }

  get(...given: unknown[]): unknown {
    return this.all(...given)[0];
  }

  all(...given: unknown[]): unknown[] {
    return [...this.#database.rows(this.#translated, this.#values(given), this.#arrays)];
  }

  raw(): SqlStatement {
    return new Statement(this.#database, this.#translated, true);
  }
}
