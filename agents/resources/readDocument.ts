import { type ChildProcess, fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { MemosError } from "../../memcube/index.js";
import type { Warning } from "../../memos/operations.js";
import type { Chunk } from "./chunk.js";
import type { DocumentFile } from "./documentFile.js";
import type { ResourceKind } from "./kind.js";
import type { ResourceLimits } from "./limits.js";
import type { About } from "./reader.js";
import { type FromReader, fromReaderSchema, type ToReader } from "./readingMessages.js";

const PROCESS = fileURLToPath(new URL("./readingProcess.js", import.meta.url));

/** Of the memory that the process may have, what its objects may take; the rest is for bytes. */
const HEAP_SHARE = 0.6;

const MEMORY_POLL_MS = 100;

/** How V8 ends a process whose objects need more than they may have: by an abort, or, as it starts, by a trap. */
const V8_ENDS: readonly (NodeJS.Signals | number | null)[] = ["SIGABRT", "SIGTRAP", "SIGILL", 134];

/** What came with the text of a document. */
export interface ReadingResult {
  about: About;
  readonly warnings: Warning[];
  /** The most memory that the process had resident, in bytes; 0 where that cannot be seen. */
  peakBytes: number;
}

/**
 * Reads a document in a process of its own: a parser that hangs, or needs too much memory, ends with that process,
 * and the event loop of this one is not held up. `result` is complete when the last chunk has been given out.
 *
 * @throws MemosError DOCUMENT_INVALID, TOO_LARGE, ABORTED.
 */
export async function* readDocument(
  file: DocumentFile,
  kind: ResourceKind,
  limits: ResourceLimits,
  result: ReadingResult,
  signal?: AbortSignal,
): AsyncGenerator<Chunk, void, undefined> {
  const process = new ReadingProcess(file, limits, result, signal);
  try {
    let { chunks, done } = await process.ask({
      type: "read",
      kind,
      name: file.name,
      bytes: file.bytes,
      limits,
    });
    yield* chunks;
    while (!done) {
      ({ chunks, done } = await process.ask({ type: "more" }));
      yield* chunks;
    }
  } finally {
    await process.end();
  }
}

type Batch = Extract<FromReader, { type: "chunks" }>;

class ReadingProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #limits: ResourceLimits;
  readonly #result: ReadingResult;
  readonly #signal: AbortSignal | undefined;
  readonly #ended: Promise<void>;
  readonly #poll: NodeJS.Timeout;
  #settle: { resolve(batch: Batch): void; reject(error: MemosError): void } | undefined;
  #patience: NodeJS.Timeout | undefined;
  #end: MemosError | undefined;

  constructor(
    file: DocumentFile,
    limits: ResourceLimits,
    result: ReadingResult,
    signal: AbortSignal | undefined,
  ) {
    this.#name = file.name;
    this.#limits = limits;
    this.#result = result;
    this.#signal = signal;
    const heap = Math.max(1, Math.floor((limits.processBytes * HEAP_SHARE) / 1024 ** 2));
    this.#child = fork(PROCESS, [], {
      serialization: "advanced",
      execArgv: [`--max-old-space-size=${heap}`],
      stdio: ["ignore", "ignore", "ignore", "ipc", file.fd],
      // It needs nothing of ours, secrets least of all.
      env: {},
    });
    this.#child.on("message", (message) => this.#receive(message));
    this.#child.on("error", (cause) => this.#stop(this.#crashed(cause)));
    this.#ended = new Promise((resolve) => {
      this.#child.once("exit", (code, killedBy) => {
        this.#stop(V8_ENDS.includes(killedBy ?? code) ? this.#tooLarge() : this.#crashed());
        resolve();
      });
      if (this.#child.pid === undefined) resolve();
    });
    this.#poll = setInterval(() => void this.#weigh(), MEMORY_POLL_MS);
    signal?.addEventListener("abort", this.#abort, { once: true });
    if (signal?.aborted === true) this.#abort();
  }

  /** The next chunks. */
  ask(request: ToReader): Promise<Batch> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) {
        reject(this.#end);
        return;
      }
      this.#settle = { resolve, reject };
      this.#wait();
      this.#child.send(request, () => undefined);
    });
  }

  async end(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#abort);
    clearTimeout(this.#patience);
    this.#child.kill("SIGKILL");
    await this.#ended;
    clearInterval(this.#poll);
  }

  readonly #abort = () => this.#stop(new MemosError("ABORTED", "The operation was cancelled."));

  /** Every message gives the process as much time again. */
  #wait(): void {
    clearTimeout(this.#patience);
    const { pageSeconds } = this.#limits;
    this.#patience = setTimeout(
      () =>
        this.#stop(
          new MemosError(
            "DOCUMENT_INVALID",
            `${this.#name} has a page or a part that could not be read within ${pageSeconds} seconds.`,
          ),
        ),
      pageSeconds * 1_000,
    );
  }

  #receive(received: unknown): void {
    const parsed = fromReaderSchema.safeParse(received);
    if (!parsed.success) {
      this.#stop(new MemosError("INTERNAL", "The process that reads sent something unexpected."));
      return;
    }
    const message = parsed.data;
    if (message.type === "failed") this.#stop(new MemosError(message.code, message.message));
    else if (message.type === "chunks") {
      clearTimeout(this.#patience);
      this.#settle?.resolve(message);
      this.#settle = undefined;
    } else {
      this.#wait();
      if (message.type === "about")
        this.#result.about = { ...this.#result.about, ...withoutUndefined(message.about) };
      if (message.type === "warning")
        this.#result.warnings.push({ code: message.code, message: message.message });
    }
  }

  /** Ends the reading: with the first reason that there is. */
  #stop(error: MemosError): void {
    this.#end ??= error;
    clearTimeout(this.#patience);
    this.#child.kill("SIGKILL");
    this.#settle?.reject(this.#end);
    this.#settle = undefined;
  }

  #crashed(cause?: Error): MemosError {
    const sentence = `${this.#name} cannot be read: the process that read it ended.`;
    return new MemosError("DOCUMENT_INVALID", sentence, { cause });
  }

  #tooLarge(): MemosError {
    const sentence = `${this.#name} needs more than ${this.#limits.processBytes} bytes of memory to be read.`;
    return new MemosError("TOO_LARGE", sentence);
  }

  async #weigh(): Promise<void> {
    const { pid } = this.#child;
    if (process.platform !== "linux" || pid === undefined) return;
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const bytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    this.#result.peakBytes = Math.max(this.#result.peakBytes, bytes);
    if (bytes > this.#limits.processBytes) this.#stop(this.#tooLarge());
  }
}

function withoutUndefined({ title, pages, takenAt }: { [K in keyof About]: About[K] | undefined }): About {
  return {
    ...(title === undefined ? {} : { title }),
    ...(pages === undefined ? {} : { pages }),
    ...(takenAt === undefined ? {} : { takenAt }),
  };
}
