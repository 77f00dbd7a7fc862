import { MemosClientError } from "./error.js";

/** Ends one try: when the caller wants it, or when nothing has come for too long. */
export class Watch {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #timeoutMs: number;
  readonly #onAbort = () => this.#end("ABORTED");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended: "ABORTED" | "TIMED_OUT" | undefined;

  constructor(caller: AbortSignal | undefined, timeoutMs: number) {
    this.#caller = caller;
    this.#timeoutMs = timeoutMs;
    caller?.addEventListener("abort", this.#onAbort, { once: true });
    if (caller?.aborted === true) this.#onAbort();
    else this.touch();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something has come: the time starts again. */
  touch(): void {
    this.pause();
    this.#timer = setTimeout(() => this.#end("TIMED_OUT"), this.#timeoutMs);
  }

  /** The time stands still, while whoever reads is busy with what came. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** The try is over. Without this a signal that lives long would hold on to every call that it was given to. */
  release(): void {
    this.pause();
    this.#caller?.removeEventListener("abort", this.#onAbort);
  }

  /** What a failure of the connection means. */
  failure(cause: unknown): MemosClientError {
    if (cause instanceof MemosClientError) return cause;
    if (this.#ended === "ABORTED")
      return new MemosClientError("ABORTED", "The caller ended the call.", { cause: this.#caller?.reason });
    if (this.#ended === "TIMED_OUT")
      return new MemosClientError("TIMED_OUT", `Nothing came for ${this.#timeoutMs} ms.`, { cause });
    return new MemosClientError("CONNECTION_FAILED", "The connection to the server failed.", { cause });
  }

  #end(why: "ABORTED" | "TIMED_OUT"): void {
    this.#ended ??= why;
    this.pause();
    this.#controller.abort();
  }
}

/** Waits, unless the caller ends the call meanwhile. */
export function waitFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(new MemosClientError("ABORTED", "The caller ended the call.", { cause: signal?.reason }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}
