import { setTimeout as pause } from "node:timers/promises";
import { isMemosError, type MemosError } from "../../../../memcube/index.js";
import type { ReplicaState } from "../../ledger.js";
import type { Call } from "../threadProtocol.js";
import { unavailable } from "./failure.js";
import { incomparable, type LogPosition } from "./logPosition.js";

/**
 * How long a read waits for the replica to catch up, in milliseconds. A healthy one is behind by less whenever anybody
 * writes; one that was not waited for at all would answer only while nobody does.
 */
const CATCH_UP_MS = 50;
const LOOK_MS = 5;

/** A replica that was waited for in vain is not asked for so long: one that lags costs little. */
const BEHIND_REST_MS = 1_000;

/** How long after a failure the replica is tried again, by the next read of the past. */
const AWAY_REST_MS = 5_000;

/** After these the connection is of no more use; any other failure is of one call. */
const LOST: ReadonlySet<MemosError["code"]> = new Set(["LEDGER_UNAVAILABLE", "CLOSED", "INTERNAL"]);

interface Thread {
  call(method: Call["method"], args: readonly unknown[]): Promise<unknown>;
}

interface Connection {
  readonly thread: Thread;
  readonly end: AbortController;
}

/**
 * A copy of the first server, for reads of the past. It answers a read only when it has applied all of the log that the
 * first server had when the read was asked for, so an answer holds nothing that was purged before and lacks nothing that
 * was acknowledged before. In every other case it gives no answer, and the first server is asked.
 *
 * A connection is never replaced under a read: the server behind an address may be another one the next time.
 */
export class Replica {
  readonly #open: (until: AbortSignal) => Promise<Thread>;
  readonly #first: () => Promise<LogPosition>;
  readonly #onChange: (away: string | undefined) => void;
  #connection: Connection | undefined;
  #connecting: Promise<void> | undefined;
  /** Ends the connection, or the attempt at one: there is one of them at a time. */
  #end = new AbortController();
  #closed = false;
  #restsUntil = 0;
  /** Why it is not asked, as long as that was the last that was heard of it. */
  #away: string | undefined;

  /**
   * @param open connects a thread that ends with the signal.
   * @param first where the first server is.
   * @param onChange told why it is not asked, once; and with undefined when it is again.
   */
  constructor(
    open: (until: AbortSignal) => Promise<Thread>,
    first: () => Promise<LogPosition>,
    onChange: (away: string | undefined) => void,
  ) {
    this.#open = open;
    this.#first = first;
    this.#onChange = onChange;
    void this.#connect();
  }

  /**
   * What the replica answers, or undefined where the first server is to be asked.
   *
   * @throws MemosError LEDGER_UNAVAILABLE when the first server is away: nobody knows then what the replica lacks.
   */
  async read(
    method: Call["method"],
    args: readonly unknown[],
  ): Promise<{ readonly value: unknown } | undefined> {
    if (performance.now() < this.#restsUntil) return undefined;
    const connection = this.#connection;
    if (connection === undefined) {
      void this.#connect();
      return undefined;
    }
    const wanted = await this.#wanted();
    if (wanted === undefined) return undefined;
    try {
      if (!(await this.#reaches(connection, wanted))) {
        this.#restsUntil = Math.max(this.#restsUntil, performance.now() + BEHIND_REST_MS);
        return undefined;
      }
      return { value: await connection.thread.call(method, args) };
    } catch (error) {
      this.#failed(connection, error);
      return undefined;
    }
  }

  /** How it is now; connects to it where nobody is connected. */
  async state(): Promise<ReplicaState> {
    if (this.#connection === undefined) await this.#connect();
    const connection = this.#connection;
    const wanted = connection && (await this.#wanted());
    if (connection !== undefined && wanted !== undefined) {
      try {
        const { bytes } = await this.#position(connection, wanted);
        return { behind: bytes < wanted.bytes ? Number(wanted.bytes - bytes) : 0 };
      } catch (error) {
        this.#failed(connection, error);
        return { behind: 0, away: (error as Error).message };
      }
    }
    return { behind: 0, away: this.#away ?? "The store is closed." };
  }

  /** Where the first server is; undefined where it does not say, which is no reason to read nothing from it. */
  async #wanted(): Promise<LogPosition | undefined> {
    try {
      return await this.#first();
    } catch (error) {
      if (isMemosError(error, "LEDGER_UNAVAILABLE")) throw error;
      this.#rest((error as Error).message);
      return undefined;
    }
  }

  close(): void {
    this.#closed = true;
    this.#restsUntil = Number.POSITIVE_INFINITY;
    this.#end.abort();
  }

  #connect(): Promise<void> {
    this.#connecting ??= this.#connectNow().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connectNow(): Promise<void> {
    if (this.#closed) return;
    const end = new AbortController();
    this.#end = end;
    try {
      const thread = await this.#open(end.signal);
      if (!this.#closed) this.#connection = { thread, end };
    } catch (error) {
      this.#rest((error as Error).message);
    }
  }

  /** Whether it has all that the first server had, waiting a little until it does. */
  async #reaches(connection: Connection, wanted: LogPosition): Promise<boolean> {
    let waiting = true;
    const caughtUp = async () => {
      while (waiting) {
        const { bytes } = await this.#position(connection, wanted);
        if (bytes >= wanted.bytes) return true;
        await pause(LOOK_MS);
      }
      return false;
    };
    // A server that fell silent is found out long after nobody waits for it any more.
    const found = caughtUp().catch((error) => {
      this.#failed(connection, error);
      return false;
    });
    try {
      return await Promise.race([found, pause(CATCH_UP_MS, false)]);
    } finally {
      waiting = false;
    }
  }

  /** @throws MemosError LEDGER_UNAVAILABLE, also for a server whose position says nothing here. */
  async #position({ thread }: Connection, wanted: LogPosition): Promise<LogPosition> {
    const position = (await thread.call("position", [])) as LogPosition;
    const reason = incomparable(position, wanted);
    if (reason !== undefined) throw unavailable(reason, undefined);
    if (this.#away !== undefined) {
      this.#away = undefined;
      this.#restsUntil = 0;
      this.#onChange(undefined);
    }
    return position;
  }

  #failed(connection: Connection, error: unknown): void {
    if (this.#connection !== connection || !isMemosError(error) || !LOST.has(error.code)) return;
    this.#connection = undefined;
    connection.end.abort();
    this.#rest(error.message);
  }

  #rest(why: string): void {
    if (this.#closed) return;
    this.#restsUntil = performance.now() + AWAY_REST_MS;
    const news = this.#away === undefined;
    this.#away = why;
    if (news) this.#onChange(why);
  }
}
