import { setTimeout as wait } from "node:timers/promises";
import { MemosError } from "../../../memcube/index.js";
import { throwIfAborted, unlessAborted } from "../../aborted.js";
import { type CallOptions, EngineProcess, ProcessEnded, type ProcessLimits } from "./engineProcess.js";
import type { CallKind, CallRequest, CallResult, ProcessSettings } from "./protocol.js";

export interface Supervision extends ProcessLimits {
  /** Wait before the first restart; it doubles with each. */
  readonly backOffMs: number;
  /** Ends without a successful call between them after which no restart is tried for `restMs`. */
  readonly crashes: number;
  readonly restMs: number;
}

export const SUPERVISION = { pollMs: 100, backOffMs: 250, crashes: 4, restMs: 60_000 } as const;

/**
 * Starts the process of the engine when it is needed and again when it has crashed: a call that has given
 * nothing out yet is repeated once, others fail. A process that keeps crashing is left alone for a while.
 */
export class Supervisor {
  readonly #settings: Omit<ProcessSettings, "folder">;
  readonly #root: string;
  readonly #limits: Supervision;
  #process: Promise<EngineProcess> | undefined;
  #crashes: { readonly at: number; readonly end: ProcessEnded }[] = [];
  #active = 0;
  #retired = false;
  #ended = false;
  readonly #idle: (() => void)[] = [];

  constructor(settings: Omit<ProcessSettings, "folder">, root: string, limits: Supervision) {
    this.#settings = settings;
    this.#root = root;
    this.#limits = limits;
  }

  /** The process that runs now, if there is one. */
  async pid(): Promise<number | undefined> {
    return (await this.#process?.catch(() => undefined))?.pid;
  }

  /** What the model turned out to be; loads it if it is not yet. */
  loaded(signal?: AbortSignal): Promise<CallResult<"load">> {
    return this.#counted(() =>
      this.#try(
        ({ loaded }) => loaded,
        () => true,
        signal,
      ),
    );
  }

  /**
   * @param mayRepeat asked when the process has crashed under the call: whether doing it again is unnoticed.
   * @throws MemosError MODEL_FAILED when the process crashes, does not start or needs too much memory, and what the
   * process answers with.
   */
  call<K extends CallKind>(
    kind: K,
    request: CallRequest<K>,
    options: CallOptions<K> & { readonly mayRepeat?: () => boolean } = {},
  ): Promise<CallResult<K>> {
    const { mayRepeat = () => true, signal } = options;
    return this.#counted(() =>
      this.#try((process) => process.call(kind, request, options), mayRepeat, signal),
    );
  }

  /** Takes no more calls, and ends the process when the last one is done. */
  async retire(): Promise<void> {
    this.#retired = true;
    if (this.#active > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    await this.end();
  }

  /** Ends the process at once: calls under way fail. */
  async end(): Promise<void> {
    this.#retired = true;
    this.#ended = true;
    await (await this.#process?.catch(() => undefined))?.end();
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    if (this.#retired) throw new MemosError("CLOSED", "The local engine is closed.");
    this.#active++;
    try {
      return await work();
    } finally {
      this.#active--;
      if (this.#active === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  async #try<T>(
    work: (process: EngineProcess) => Promise<T>,
    mayRepeat: () => boolean,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    for (let repeated = false; ; repeated = true) {
      throwIfAborted(signal);
      try {
        const process = await unlessAborted(this.#running(), signal, "The operation was cancelled.");
        const result = await work(process);
        this.#crashes = [];
        return result;
      } catch (error) {
        if (!(error instanceof ProcessEnded)) throw error;
        if (error.why === "crash" && !repeated && mayRepeat() && !this.#retired) continue;
        throw new MemosError("MODEL_FAILED", error.message, { cause: error.cause });
      }
    }
  }

  #running(): Promise<EngineProcess> {
    if (this.#process !== undefined) return this.#process;
    const started = this.#start();
    this.#process = started;
    const over = () => {
      if (this.#process === started) this.#process = undefined;
    };
    started.then((process) => process.ended.then(over), over);
    return started;
  }

  /** A process with its model loaded. One that cannot load it is ended; the next call tries again. */
  async #start(): Promise<EngineProcess> {
    await this.#backOff();
    if (this.#ended) throw new MemosError("CLOSED", "The local engine is closed.");
    const process = await EngineProcess.start(this.#settings, this.#root, this.#limits);
    const ended = process.ended.then((end) => {
      if (end.why !== "asked") this.#crashes.push({ at: performance.now(), end });
    });
    try {
      await process.loaded;
      return process;
    } catch (error) {
      if (error instanceof ProcessEnded) await ended;
      else await process.end();
      throw error;
    }
  }

  async #backOff(): Promise<void> {
    const last = this.#crashes.at(-1);
    if (last === undefined) return;
    if (this.#crashes.length < this.#limits.crashes) {
      await wait(this.#limits.backOffMs * 2 ** (this.#crashes.length - 1));
      return;
    }
    const left = this.#limits.restMs - (performance.now() - last.at);
    if (left <= 0) this.#crashes = [];
    else
      throw new MemosError(
        "MODEL_FAILED",
        `The local engine failed ${this.#crashes.length} times in a row and rests for ${Math.ceil(left / 1_000)} s. ${last.end.message}`,
        { cause: last.end.cause },
      );
  }
}
