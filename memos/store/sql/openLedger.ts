import type { Worker } from "node:worker_threads";
import { MemosError } from "../../../memcube/index.js";
import type { Ledger } from "../ledger.js";
import { pastOf } from "./pastReads.js";
import type { PostgresAddress } from "./postgres/address.js";
import type { LogPosition } from "./postgres/logPosition.js";
import { Replica } from "./postgres/replica.js";
import { Wires } from "./postgres/wires.js";
import { RestingWorkers } from "./restingWorkers.js";
import type { SqliteOptions } from "./sqlite.js";
import { type Beginning, type Call, fromWire, type Greeting, type Reply } from "./threadProtocol.js";
import { ALONE, WRITES } from "./writeMethods.js";

const RESTING_MOST = 4;
const workers = new RestingWorkers(new URL("../../../bundle/ledgerThread.js", import.meta.url), RESTING_MOST);

type Waiting = { resolve: (value: unknown) => void; reject: (error: unknown) => void };

/** One connection of the database in a thread of its own, so that a commit never stands on the event loop. */
class LedgerThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #failure: MemosError | undefined;
  #closing: Promise<void> | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (this.#waiting.size === 0) worker.unref();
      if ("error" in reply) waiting?.reject(fromWire(reply.error));
      else waiting?.resolve(reply.value);
    });
    worker.on("error", (error) =>
      this.#fail(new MemosError("INTERNAL", "The ledger thread failed.", { cause: error })),
    );
    worker.on("exit", () => this.#fail(closed()));
  }

  /**
   * Loading the code of a thread takes longer than opening the file: it begins before `ready`.
   *
   * @param until ends the thread, whatever it is at. Nobody waits for such a thread to open: no process stays alive
   * for that.
   */
  static async open(
    beginning: Beginning,
    ready?: Promise<unknown>,
    until?: AbortSignal,
  ): Promise<LedgerThread> {
    const worker = workers.take();
    const greeted = new Promise<Greeting>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", () => reject(closed()));
    });
    if (until !== undefined) {
      worker.unref();
      until.addEventListener("abort", () => void worker.terminate(), { once: true });
    }
    try {
      await ready;
    } catch (error) {
      await Promise.allSettled([worker.terminate(), greeted]);
      throw error;
    }
    const { introduction } = beginning;
    worker.postMessage(beginning, introduction === undefined ? [] : [introduction.port]);
    const greeting = await greeted;
    if (!greeting.open) throw fromWire(greeting.error);
    worker.unref();
    return new LedgerThread(worker);
  }

  call(method: Call["method"], args: readonly unknown[]): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#next++;
    // A process stays alive for an answer it waits for, and only for that.
    if (this.#waiting.size === 0) this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, method, args } satisfies Call);
    });
  }

  /** A second time it is the first: the thread may be somebody else's by then. */
  close(): Promise<void> {
    this.#closing ??= this.#failure === undefined ? this.#close() : Promise.resolve();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const answered = this.call("close", []);
    // What is asked from here on would be asked of the next ledger of the thread.
    this.#failure = closed();
    let free: unknown;
    try {
      free = await answered;
    } finally {
      await (free === true ? workers.leave(this.#worker) : this.#worker.terminate());
    }
  }

  #fail(error: MemosError): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

function closed(): MemosError {
  return new MemosError("CLOSED", "The store is closed.");
}

export interface PostgresLedgerOptions {
  readonly address: PostgresAddress;
  readonly readOnly: boolean;
  readonly moving?: true;
}

export type LedgerOptions = SqliteOptions | PostgresLedgerOptions;

const WRITE_METHODS: ReadonlySet<string> = new Set([...WRITES, ...ALONE]);

/**
 * Opens the ledger: one thread that writes and one or more that read, so that a search does not wait behind a large
 * commit; only the second where nothing is to be written.
 *
 * @param onNotice called after a commit of any process that made work or told of something, where the database can
 * tell; a SQLite file is looked at from time to time.
 * @param onReplica told why the replica of the address answers nothing, once; and with undefined when it does again.
 * @throws MemosError STORE_NEWER, STORE_INVALID, READ_ONLY, STORE_BUSY, DISK_FULL or LEDGER_UNAVAILABLE.
 */
export async function openLedger(
  options: LedgerOptions,
  onNotice?: () => void,
  onReplica?: (away: string | undefined) => void,
): Promise<Ledger> {
  return "file" in options ? openFile(options) : openServer(options, onNotice, onReplica);
}

async function openFile(options: SqliteOptions): Promise<Ledger> {
  const writing = options.readOnly ? undefined : LedgerThread.open({ options });
  const reading = LedgerThread.open({ options: { ...options, readOnly: true } }, writing);
  const [writer, reader] = await together([writing, reading]);
  // It takes as long as the file is large: neither reads nor writes wait for it.
  const copyTo: Ledger["copyTo"] = async (file) => {
    const thread = await LedgerThread.open({ options: { ...options, readOnly: true } });
    try {
      await thread.call("copyTo", [file]);
    } finally {
      await thread.close();
    }
  };
  return ledgerOf(writer, [reader as LedgerThread], { copyTo });
}

async function openServer(
  { address, readOnly, ...rest }: PostgresLedgerOptions,
  onNotice: (() => void) | undefined,
  onReplica: (away: string | undefined) => void = () => {},
): Promise<Ledger> {
  const { url, schema, readers: count } = address;
  const wires = new Wires();
  const begin = (only: boolean): Beginning => ({
    options: { url, schema, readOnly: only, ...rest },
    introduction: wires.introduce(),
  });
  try {
    const writing = readOnly ? undefined : LedgerThread.open(begin(false));
    const reading = Array.from({ length: count }, () => LedgerThread.open(begin(true), writing));
    const [writer, ...others] = await together([writing, ...reading]);
    const readers = others as LedgerThread[];
    if (onNotice !== undefined) wires.listen({ url, channel: schema }, onNotice);
    const close = () => wires.close();
    // A move reads what it verifies from the server that it moves.
    if (address.replica === undefined || rest.moving) return ledgerOf(writer, readers, { close });
    const options = { url: address.replica, schema, readOnly: true, single: true } as const;
    const next = inTurn(readers);
    const replica = new Replica(
      (until) => LedgerThread.open({ options, introduction: wires.introduce() }, undefined, until),
      () => next().call("position", []) as Promise<LogPosition>,
      onReplica,
    );
    return ledgerOf(writer, readers, { close }, replica);
  } catch (error) {
    await wires.close();
    throw error;
  }
}

/** All of them, or none: what did open is closed again when another one did not. */
async function together(threads: readonly (Promise<LedgerThread> | undefined)[]) {
  const settled = await Promise.allSettled(threads);
  const failed = settled.find((each) => each.status === "rejected");
  if (failed === undefined)
    return settled.map((each) => (each.status === "fulfilled" ? each.value : undefined));
  await Promise.all(settled.map((each) => (each.status === "fulfilled" ? each.value?.close() : undefined)));
  throw failed.reason;
}

function inTurn<T>(items: readonly T[]): () => T {
  let turn = 0;
  return () => items[turn++ % items.length] as T;
}

type Ask = (...args: unknown[]) => Promise<unknown>;

/** A ledger whose calls go to the thread that writes, or in turn to those that read; of the past to the replica first. */
function ledgerOf(
  writer: LedgerThread | undefined,
  readers: readonly LedgerThread[],
  { close: last, ...others }: Partial<Pick<Ledger, "close" | "copyTo">>,
  replica?: Replica,
): Ledger {
  const methods = new Map<string, Ask>();
  const reader = inTurn(readers);
  const close = async () => {
    replica?.close();
    await Promise.all([...readers, writer].map((thread) => thread?.close()));
    await last?.();
  };
  const own: Readonly<Record<string, ((...args: never[]) => Promise<unknown>) | undefined>> = {
    ...others,
    ...(replica === undefined ? {} : { replica: () => replica.state() }),
    close,
  };
  const ask = (name: keyof Ledger): Ask => {
    const thread = WRITE_METHODS.has(name) ? writer : undefined;
    const first: Ask = (...args) => (thread ?? reader()).call(name, args);
    const past = replica === undefined ? undefined : pastOf(name);
    if (past === undefined) return first;
    return async (...args) => {
      const answered = past(args) ? await replica?.read(name, args) : undefined;
      return answered === undefined ? first(...args) : answered.value;
    };
  };
  return new Proxy({} as Ledger, {
    get(_target, property) {
      if (typeof property !== "string" || property === "then") return undefined;
      let method = methods.get(property);
      if (method === undefined) {
        method = (own[property] as Ask | undefined) ?? ask(property as keyof Ledger);
        methods.set(property, method);
      }
      return method;
    },
  });
}
