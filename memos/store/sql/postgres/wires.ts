import { MessageChannel, Worker } from "node:worker_threads";
import type { Introduction, Listening } from "./protocol.js";

/** The one thread of a process in which all its connections to Postgres live. */
export class Wires {
  readonly #worker: Worker;

  constructor() {
    this.#worker = new Worker(new URL("../../../../bundle/wire.js", import.meta.url));
    this.#worker.unref();
  }

  /** A connection that is still to be opened, for another thread to speak over. */
  introduce(): Introduction {
    const { port1, port2 } = new MessageChannel();
    const signal = new Int32Array(new SharedArrayBuffer(4));
    this.#worker.postMessage({ port: port1, signal } satisfies Introduction, [port1]);
    return { port: port2, signal };
  }

  /** Tells of commits, those of this process among them. */
  listen(listening: Listening, listener: () => void): void {
    this.#worker.on("message", listener);
    // A listener alone does not keep a process alive.
    this.#worker.unref();
    this.#worker.postMessage(listening);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
