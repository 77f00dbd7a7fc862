import { throwIfAborted } from "../aborted.js";
import { mapInSlices } from "../store/index/slice.js";
import type { Store } from "../store/store.js";
import { cubeGraph } from "./cubeGraph.js";

/** Cubes of one transaction. */
const BATCH = 256;

/** How long after a failure it is tried again. */
const RETRY_MS = 30_000;

/** Derives the graph of cubes that have none: those of an older store, or all after a reset. */
export class Deriving {
  readonly #store: Store;
  readonly #onError: (error: unknown) => void;
  readonly #closed = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;

  constructor(store: Store, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** In the background. */
  catchUp(): void {
    this.run(undefined, () => undefined).catch((error) => {
      if (this.#closed.signal.aborted) return;
      this.#onError(error);
      this.#retry = setTimeout(() => this.catchUp(), RETRY_MS).unref();
    });
  }

  /** Until none is left; one run at a time. What is done stays done when it is cancelled. */
  run(signal: AbortSignal | undefined, onProgress: (done: number) => void): Promise<void> {
    const mine = this.#running.then(async () => {
      for (let done = 0; ; ) {
        throwIfAborted(signal);
        if (this.#closed.signal.aborted) return;
        const cubes = await this.#store.ledger.underived(BATCH);
        if (cubes.length === 0) return;
        const graphs = await mapInSlices(cubes, ({ key, cube, earlier }) => ({
          key,
          version: cube.version,
          graph: cubeGraph(cube, earlier),
        }));
        await this.#store.ledger.saveGraphs(graphs);
        done += cubes.length;
        onProgress(done);
      }
    });
    this.#running = mine.catch(() => undefined);
    return mine;
  }

  async settled(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    clearTimeout(this.#retry);
    this.#closed.abort();
    await this.#running;
  }
}
