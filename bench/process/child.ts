import { type ChildProcess, fork, type Serializable } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * A process that runs one module of the bench and exchanges messages with this one. What it prints goes to
 * standard error: standard output belongs to the result.
 */
export class Child<Sent extends Serializable, Received> {
  /** Resolves when the process is gone and every message that it sent before has been delivered. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #process: ChildProcess;

  constructor(
    module: URL,
    onMessage: (message: Received) => void,
    environment: Readonly<Record<string, string>> = {},
  ) {
    this.#process = fork(fileURLToPath(module), [], {
      stdio: ["ignore", 2, 2, "ipc"],
      execArgv: [],
      env: { ...process.env, ...environment },
    });
    this.#process.on("message", (message) => onMessage(message as Received));
    // A message to a process that has just been killed is lost like the process; `ended` tells.
    this.#process.on("error", () => undefined);
    const exited = new Promise<Awaited<Child<Sent, Received>["ended"]>>((resolve) =>
      this.#process.once("exit", (code, signal) => resolve({ code, signal })),
    );
    const delivered = new Promise<void>((resolve) => this.#process.once("disconnect", resolve));
    this.ended = Promise.all([exited, delivered]).then(([end]) => end);
  }

  send(message: Sent): void {
    this.#process.send(message, () => undefined);
  }

  /** Lets the process end by itself, as it does when nobody listens any more. */
  async release(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    await this.ended;
  }

  /** Ends the process at once, as a crash or a power cut would. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.ended;
  }
}
