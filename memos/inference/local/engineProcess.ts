import { type ChildProcess, fork } from "node:child_process";
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MemosError } from "../../../memcube/index.js";
import { makePrivateFolder } from "./privateFolder.js";
import {
  CALLS,
  type CallEvent,
  type CallKind,
  type CallRequest,
  type CallResult,
  fromProcessSchema,
  type ProcessSettings,
  type ToProcess,
} from "./protocol.js";

/** Largest heap of JavaScript objects in the process; buffers and the model are outside of it. */
const HEAP_BYTES = 2 * 1024 ** 3;

/** How much of what the process printed last is kept with the error about its end. */
const LAST_WORDS_CHARACTERS = 2_048;

/** Time that the process has to end by itself before it is killed. */
const GRACE_MS = 2_000;

const CHILD = fileURLToPath(new URL("./child.js", import.meta.url));

/** The process is gone, and with it what was asked of it. */
export class ProcessEnded extends Error {
  constructor(
    readonly why: "crash" | "memory" | "asked",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface CallOptions<K extends CallKind> {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: CallEvent<K>) => void;
}

interface Pending {
  readonly onEvent: (event: unknown) => void;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface ProcessLimits {
  /** Resident bytes over which the process is killed. */
  readonly memoryBytes: number;
  /** Time between two looks at them. */
  readonly pollMs: number;
}

/**
 * One process with one loaded model. It ends when it is asked to, when it uses too much memory, when it crashes,
 * and by itself when this process is gone; calls under way then fail with `ProcessEnded`. While none is under
 * way it does not keep this process alive.
 */
export class EngineProcess {
  /** Resolves when the process is gone and its files are removed. */
  readonly ended: Promise<ProcessEnded>;
  /** What the model turned out to be. */
  readonly loaded: Promise<CallResult<"load">>;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #limits: ProcessLimits;
  readonly #pending = new Map<number, Pending>();
  #next = 0;
  #watch: NodeJS.Timeout | undefined;
  #why: ProcessEnded["why"] = "crash";

  private constructor(child: ChildProcess, folder: string, settings: ProcessSettings, limits: ProcessLimits) {
    this.#child = child;
    this.#folder = folder;
    this.#limits = limits;
    child.on("message", (message) => this.#receive(message));
    // A message to a process that has just ended is lost like the process; `ended` tells.
    child.on("error", () => undefined);
    this.ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      child.once("exit", (code, signal) => resolve([code, signal]));
      // It never started.
      if (child.pid === undefined) resolve([null, null]);
    }).then(async ([code, signal]) => {
      clearInterval(this.#watch);
      const end = await this.#farewell(code, signal);
      for (const { reject } of this.#pending.values()) reject(end);
      this.#pending.clear();
      return end;
    });
    this.loaded = this.call("load", settings);
    this.loaded.catch(() => undefined);
  }

  /** @param root in which the process gets a folder of its own for files on their way. */
  static async start(
    settings: Omit<ProcessSettings, "folder">,
    root: string,
    limits: ProcessLimits,
  ): Promise<EngineProcess> {
    const folder = await makePrivateFolder(root);
    const log = await open(join(folder, "stderr"), "w");
    try {
      const heap = Math.floor(Math.min(HEAP_BYTES, limits.memoryBytes) / 1024 ** 2);
      // Flags of this process (a debugger's, a loader's) and settings of the library are not for that one.
      const { NODE_OPTIONS: _, LLAMA_ATTN_ROT_DISABLE: __, ...env } = process.env;
      const child = fork(CHILD, [], {
        serialization: "advanced",
        execArgv: [`--max-old-space-size=${heap}`],
        stdio: ["ignore", "ignore", log.fd, "ipc"],
        env,
      });
      return new EngineProcess(child, folder, { ...settings, folder }, limits);
    } finally {
      await log.close();
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * @throws ProcessEnded when the process ends first, and what the process answers with: MemosError ABORTED soon
   * after the signal.
   */
  call<K extends CallKind>(
    kind: K,
    request: CallRequest<K>,
    { signal, onEvent }: CallOptions<K> = {},
  ): Promise<CallResult<K>> {
    const id = this.#next++;
    const abort = () => this.#send({ type: "abort", id });
    return new Promise<CallResult<K>>((resolve, reject) => {
      this.#pending.set(id, {
        onEvent: (event) => onEvent?.(CALLS[kind].event.parse(event) as CallEvent<K>),
        resolve: (result) => resolve(CALLS[kind].result.parse(result) as CallResult<K>),
        reject,
      });
      this.#attend();
      this.#send({ type: "call", id, kind, request });
      signal?.addEventListener("abort", abort, { once: true });
      if (signal?.aborted === true) abort();
    }).finally(() => {
      signal?.removeEventListener("abort", abort);
      this.#pending.delete(id);
      this.#attend();
    });
  }

  /** Ends the process; calls that are still under way fail. */
  async end(): Promise<void> {
    this.#why = "asked";
    if (this.#child.connected) this.#child.disconnect();
    const kill = setTimeout(() => this.#child.kill("SIGKILL"), GRACE_MS);
    this.#child.ref();
    await this.ended;
    clearTimeout(kill);
  }

  #send(message: ToProcess): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #receive(received: unknown): void {
    const parsed = fromProcessSchema.safeParse(received);
    if (!parsed.success) {
      // A process that does not keep to the protocol is treated as one that crashed.
      this.#child.kill("SIGKILL");
      return;
    }
    const message = parsed.data;
    if (message.type === "memory") {
      this.#weigh(message.bytes);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    try {
      if (message.type === "event") pending.onEvent(message.event);
      else if (message.type === "result") pending.resolve(message.result);
      else {
        const { code, message: sentence, path } = message;
        pending.reject(new MemosError(code, sentence, path === undefined ? {} : { path }));
      }
    } catch (cause) {
      pending.reject(
        new MemosError("INTERNAL", "The engine's process sent something unexpected.", { cause }),
      );
    }
  }

  async #look(): Promise<void> {
    if (process.platform !== "linux" || this.pid === undefined) return;
    const status = await readFile(`/proc/${this.pid}/status`, "utf8").catch(() => "");
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    if (kilobytes !== undefined) this.#weigh(Number(kilobytes) * 1024);
  }

  #weigh(bytes: number): void {
    if (bytes <= this.#limits.memoryBytes) return;
    this.#why = "memory";
    this.#child.kill("SIGKILL");
  }

  /** While a call is under way, the process keeps this one alive and its memory is watched. */
  #attend(): void {
    if (this.#pending.size > 0) {
      this.#child.ref();
      this.#child.channel?.ref();
      this.#watch ??= setInterval(() => void this.#look(), this.#limits.pollMs);
    } else {
      this.#child.unref();
      this.#child.channel?.unref();
      clearInterval(this.#watch);
      this.#watch = undefined;
    }
  }

  async #farewell(code: number | null, signal: NodeJS.Signals | null): Promise<ProcessEnded> {
    const printed = await readFile(join(this.#folder, "stderr"), "utf8").catch(() => "");
    await rm(this.#folder, { recursive: true, force: true });
    if (this.#why === "memory")
      return new ProcessEnded(
        "memory",
        `The local engine needed more than ${megabytes(this.#limits.memoryBytes)} and was stopped.`,
      );
    if (this.#why === "asked") return new ProcessEnded("asked", "The local engine was stopped.");
    const lastWords = printed.slice(-LAST_WORDS_CHARACTERS).trim();
    return new ProcessEnded(
      "crash",
      `The process of the local engine ended (${signal ?? `status ${code}`}).`,
      lastWords === "" ? {} : { cause: new Error(lastWords) },
    );
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MB`;
}
