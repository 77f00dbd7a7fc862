import { MemosError } from "../../memcube/index.js";
import { throwIfAborted, unlessAborted } from "../aborted.js";

export interface OpenCall {
  /** Aborted by the caller, by the end of the call, and by closing. */
  readonly signal: AbortSignal;
  /** @throws MemosError ABORTED, CLOSED. */
  check(): void;
  /** The result of a step of the call, or ABORTED or CLOSED at once. */
  step<T>(work: Promise<T>): Promise<T>;
  /** Stops what is still under way. */
  end(): void;
}

/** Calls to a server that are under way: each can be cancelled, and all of them when the engine is closed. */
export class OpenCalls {
  readonly #open = new Set<AbortController>();
  #closed = false;

  /** @throws MemosError ABORTED, CLOSED. */
  begin(signal: AbortSignal | undefined): OpenCall {
    if (this.#closed) throw closed();
    throwIfAborted(signal);
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#open.add(stop);
    const check = () => {
      if (this.#closed) throw closed();
      throwIfAborted(stop.signal);
    };
    return {
      signal: stop.signal,
      check,
      step: async (work) => {
        try {
          return await unlessAborted(work, stop.signal, "The call to the model was cancelled.");
        } catch (error) {
          // What the connection says about being cut off by us is not the reason.
          check();
          throw error;
        }
      },
      end: () => {
        signal?.removeEventListener("abort", onAbort);
        this.#open.delete(stop);
        stop.abort();
      },
    };
  }

  async run<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const call = this.begin(signal);
    try {
      return await call.step(work(call.signal));
    } finally {
      call.end();
    }
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#open) stop.abort();
  }
}

function closed(): MemosError {
  return new MemosError("CLOSED", "The engine is closed.");
}
