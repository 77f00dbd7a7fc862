import { Worker } from "node:worker_threads";

/** How long a thread rests: a process that opens one store after the other comes for it sooner. */
export const REST_MS = 10_000;

/** Threads of one program. Whose work was ended in good order is kept for the next: loading its code takes longest. */
export class RestingWorkers {
  readonly #program: URL;
  readonly #most: number;
  readonly #resting = new Map<Worker, NodeJS.Timeout>();

  /** @param most so many rest at a time; the others end. */
  constructor(program: URL, most: number) {
    this.#program = program;
    this.#most = most;
  }

  /** A thread that waits to be told what to do. It keeps the process alive until it is told not to. */
  take(): Worker {
    const [rested] = this.#resting;
    if (rested === undefined) return new Worker(this.#program);
    const [worker, end] = rested;
    clearTimeout(end);
    this.#resting.delete(worker);
    worker.removeAllListeners("exit");
    worker.ref();
    return worker;
  }

  /** Takes back a thread that has nothing left to do; resolves when nobody can hear from it any more. */
  async leave(worker: Worker): Promise<void> {
    for (const event of ["message", "error", "exit"]) worker.removeAllListeners(event);
    if (this.#resting.size >= this.#most) {
      await worker.terminate();
      return;
    }
    const forget = () => {
      clearTimeout(this.#resting.get(worker));
      this.#resting.delete(worker);
    };
    // Forgotten before it is told to end: nobody is given a thread that is about to.
    const end = () => {
      forget();
      void worker.terminate();
    };
    worker.once("exit", forget);
    worker.unref();
    this.#resting.set(worker, setTimeout(end, REST_MS).unref());
  }
}
