import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { MemosError } from "../../../memcube/index.js";
import { failureOf, type TrainerEvent, trainerEvents } from "./trainerEvents.js";
import { PACKAGE_FOLDER } from "./trainerPackage.js";

/** How much of what the process printed last is kept with the error about its end. */
const LAST_WORDS_CHARACTERS = 2_048;

export interface TrainerSupervision {
  /** Time without an event after which the process counts as hanging. Signs of life come every two seconds. */
  readonly silentMs: number;
  /** Time that it has to leave a checkpoint before it is killed. */
  readonly graceMs: number;
  /** Time between two looks at its memory. */
  readonly pollMs: number;
  /** What it may take longer than its limit: it ends by itself then. */
  readonly spareMs: number;
}

export const TRAINER_SUPERVISION: TrainerSupervision = {
  silentMs: 120_000,
  graceMs: 20_000,
  pollMs: 250,
  spareMs: 60_000,
};

export interface TrainerCall {
  readonly python: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: { readonly seconds: number; readonly bytes: number };
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: (event: TrainerEvent) => void;
}

/**
 * Runs a trainer to its end. It is asked to stop by the end of its input and by SIGTERM, and killed when it does not
 * in time. When this process dies, its input ends too.
 *
 * @throws MemosError TRAINER_UNAVAILABLE when it cannot be started; TRAINING_FAILED when it fails, dies, hangs, takes
 * too much time or memory, or says what is no event; ABORTED. The process is gone then.
 */
export async function runTrainer(call: TrainerCall, supervision: TrainerSupervision): Promise<void> {
  const { limits, signal, onEvent } = call;
  if (signal?.aborted === true) throw cancelled(signal);
  const child = spawn(call.python, call.arguments, {
    cwd: PACKAGE_FOLDER,
    env: call.environment,
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  const end = new Ending(child, supervision.graceMs);
  const silence = new Alarm(supervision.silentMs, () =>
    end.kill(failed(`The trainer has said nothing for ${seconds(supervision.silentMs)}.`)),
  );
  const late = new Alarm(limits.seconds * 1_000 + supervision.spareMs, () =>
    end.stop(failed(`The training took longer than ${limits.seconds} seconds.`)),
  );
  const weigh = (bytes: number | undefined) => {
    if (bytes !== undefined && bytes > limits.bytes)
      end.kill(failed(`The training needed more than ${Math.round(limits.bytes / 2 ** 20)} MB of memory.`));
  };
  const poll = setInterval(() => void residentBytes(child.pid).then(weigh), supervision.pollMs);
  const abort = () => end.stop(cancelled(signal));
  signal?.addEventListener("abort", abort, { once: true });
  let done = false;
  try {
    for await (const event of trainerEvents(child.stdout)) {
      silence.restart();
      if (event.event === "heartbeat") weigh(event.bytes);
      else if (event.event === "error") end.because(failureOf(event));
      else if (event.event === "done") done = true;
      onEvent(event);
    }
  } catch (error) {
    end.kill(error);
  }
  try {
    await end.over(done);
  } finally {
    silence.stop();
    late.stop();
    clearInterval(poll);
    signal?.removeEventListener("abort", abort);
  }
}

/** The end of a process, and the first reason that there was for it. */
class Ending {
  readonly #exit: Promise<string | undefined>;
  #reason: unknown;
  #grace: NodeJS.Timeout | undefined;
  #lastWords = "";

  constructor(
    private readonly child: ChildProcess & { readonly stdout: Readable; readonly stderr: Readable },
    private readonly graceMs: number,
  ) {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS_CHARACTERS);
    });
    // It may have ended before it read anything.
    child.stdin?.on("error", () => undefined);
    this.#exit = new Promise((resolve) => {
      child.once("error", (cause) => {
        this.because(
          new MemosError("TRAINER_UNAVAILABLE", "The Python of the trainer cannot be started.", { cause }),
        );
        resolve(undefined);
      });
      child.once("exit", (code, signal) => resolve(code === 0 ? undefined : (signal ?? `status ${code}`)));
    });
    // What the process started may hold its output open.
    void this.#exit.then(() => setImmediate(() => child.stdout.destroy()));
  }

  because(reason: unknown): void {
    this.#reason ??= reason;
  }

  stop(reason: unknown): void {
    this.because(reason);
    this.child.stdin?.end();
    this.child.kill("SIGTERM");
    this.#grace ??= setTimeout(() => this.child.kill("SIGKILL"), this.graceMs);
  }

  kill(reason: unknown): void {
    this.because(reason);
    this.child.kill("SIGKILL");
  }

  /** Resolves when the process has ended well and was done. */
  async over(done: boolean): Promise<void> {
    const status = await this.#exit;
    clearTimeout(this.#grace);
    if (this.#reason !== undefined) throw this.#reason;
    if (done && status === undefined) return;
    const words = this.#lastWords.trim();
    throw failed(
      status === undefined
        ? "The trainer ended before it was done."
        : `The trainer ended (${status}) before it was done.`,
      words === "" ? undefined : new Error(words),
    );
  }
}

/** Rings once, unless it is stopped or restarted before. */
class Alarm {
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number, ring: () => void) {
    this.#timer = setTimeout(ring, Math.min(milliseconds, 2 ** 31 - 1));
  }

  restart(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Resident bytes of a process where the kernel says so (Linux); elsewhere it tells them itself. */
async function residentBytes(pid: number | undefined): Promise<number | undefined> {
  if (process.platform !== "linux" || pid === undefined) return undefined;
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function failed(message: string, cause?: unknown): MemosError {
  return new MemosError("TRAINING_FAILED", message, cause === undefined ? {} : { cause });
}

export function cancelled(signal: AbortSignal | undefined): MemosError {
  return new MemosError("ABORTED", "The training was cancelled.", { cause: signal?.reason });
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1_000)} seconds`;
}
