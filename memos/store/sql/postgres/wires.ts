import { MessageChannel } from "node:worker_threads";
import { RestingWorkers } from "../restingWorkers.js";
import { ENDED, type Introduction, type Listening, type Notice, type WireRequest } from "./protocol.js";

const RESTING_MOST = 2;
const workers = new RestingWorkers(new URL("../../../../bundle/wire.js", import.meta.url), RESTING_MOST);

/** The one thread of a ledger in which all its connections to Postgres live. */
export class Wires {
  readonly #worker = workers.take();
  #closing: Promise<void> | undefined;

  constructor() {
    this.#worker.unref();
  }

  /** A connection that is still to be opened, for another thread to speak over. */
  introduce(): Introduction {
    const { port1, port2 } = new MessageChannel();
    const signal = new Int32Array(new SharedArrayBuffer(4));
    this.#tell({ port: port1, signal });
    return { port: port2, signal };
  }

  /** Tells of commits, those of this process among them. */
  listen(listening: Listening, listener: () => void): void {
    this.#worker.on("message", listener);
    // A listener alone does not keep a process alive.
    this.#worker.unref();
    this.#tell(listening);
  }

  /** Ends all connections, whatever is under way on them. A second time it is the first: the thread may be another's. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#worker.removeAllListeners("message");
    this.#worker.ref();
    const ended = new Promise<void>((resolve) => {
      this.#worker.on("message", (said: Notice | typeof ENDED) => {
        if (said === ENDED) resolve();
      });
      this.#worker.once("exit", () => resolve());
    });
    this.#tell(ENDED);
    await ended;
    await workers.leave(this.#worker);
  }

  #tell(what: WireRequest): void {
    this.#worker.postMessage(what, typeof what === "object" && "port" in what ? [what.port] : []);
  }
}
