import { Worker } from "node:worker_threads";
import { MemosError } from "../../../memcube/index.js";
import type { Ledger } from "../ledger.js";
import type { ConnectionOptions } from "./connection.js";
import { type Call, fromWire, type Greeting, type Reply } from "./ledgerThread.js";
import { ALONE, WRITES } from "./sqlLedger.js";

type Waiting = { resolve: (value: unknown) => void; reject: (error: unknown) => void };

/** One SQLite connection in a thread of its own, so that a commit never stands on the event loop. */
class LedgerThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #failure: MemosError | undefined;
  #closing = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (this.#waiting.size === 0 && !this.#closing) worker.unref();
      if ("error" in reply) waiting?.reject(fromWire(reply.error));
      else waiting?.resolve(reply.value);
    });
    worker.on("error", (error) =>
      this.#fail(new MemosError("INTERNAL", "The ledger thread failed.", { cause: error })),
    );
    worker.on("exit", () => this.#fail(new MemosError("CLOSED", "The store is closed.")));
  }

  /** Loading the code of a thread takes longer than opening the file: it begins before `ready`. */
  static async open(options: ConnectionOptions, ready?: Promise<unknown>): Promise<LedgerThread> {
    const worker = new Worker(new URL("../../../bundle/ledgerThread.js", import.meta.url));
    const greeted = new Promise<Greeting>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    try {
      await ready;
    } catch (error) {
      await worker.terminate();
      throw error;
    }
    worker.postMessage(options);
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

  async close(): Promise<void> {
    if (this.#failure !== undefined) return;
    this.#closing = true;
    const exited = new Promise((resolve) => this.#worker.once("exit", resolve));
    await this.call("close", []);
    await exited;
  }

  #fail(error: MemosError): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

const WRITE_METHODS: ReadonlySet<string> = new Set([...WRITES, ...ALONE]);

/**
 * Opens the SQLite ledger: one thread that writes and one that reads, so that a search does not wait behind
 * a large commit; only the second when nothing is to be written.
 *
 * @throws MemosError STORE_NEWER, STORE_INVALID, READ_ONLY, STORE_BUSY or DISK_FULL.
 */
export async function openLedger(options: ConnectionOptions): Promise<Ledger> {
  const writing = options.readOnly ? undefined : LedgerThread.open(options);
  const reading = LedgerThread.open({ ...options, readOnly: true }, writing);
  const [written, read] = await Promise.allSettled([writing, reading]);
  if (written.status === "rejected") throw written.reason;
  const writer = written.value;
  if (read.status === "rejected") {
    await writer?.close();
    throw read.reason;
  }
  const reader = read.value;
  const methods = new Map<string, (...args: unknown[]) => Promise<unknown>>();
  const close = async () => {
    await Promise.all([reader.close(), writer?.close()]);
  };
  // It takes as long as the file is large: neither reads nor writes wait for it.
  const copyTo: Ledger["copyTo"] = async (file) => {
    const thread = await LedgerThread.open({ ...options, readOnly: true });
    try {
      await thread.call("copyTo", [file]);
    } finally {
      await thread.close();
    }
  };
  return new Proxy({} as Ledger, {
    get(_target, property) {
      if (typeof property !== "string" || property === "then") return undefined;
      let method = methods.get(property);
      if (method === undefined) {
        const name = property as keyof Ledger;
        if (name === "copyTo") return copyTo;
        const thread = (WRITE_METHODS.has(name) ? writer : undefined) ?? reader;
        method = name === "close" ? close : (...args) => thread.call(name, args);
        methods.set(property, method);
      }
      return method;
    },
  });
}
