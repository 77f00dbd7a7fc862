import type { Serializable } from "node:child_process";
import { MemosError } from "../../memcube/index.js";
import { throwIfAborted } from "../../memos/aborted.js";
import type { Report } from "../progress.js";
import { Child } from "./child.js";
import { endWithParent, sendLast } from "./parent.js";

type Answer<Result extends Serializable> =
  | { readonly result: Result }
  | { readonly error: string }
  /** How far the task is; more follows. */
  | { readonly line: string };

/** Runs one task in a process of its own, which ends afterwards; `report` is told what it says of its progress. */
export async function inChild<Task extends Serializable, Result extends Serializable>(
  module: URL,
  task: Task,
  signal: AbortSignal | undefined,
  report?: Report,
): Promise<Result> {
  throwIfAborted(signal);
  let answer: Exclude<Answer<Result>, { line: string }> | undefined;
  const child = new Child<Task, Answer<Result>>(module, (message) => {
    if ("line" in message) report?.(message.line);
    else answer = message;
  });
  const stop = () => void child.release();
  signal?.addEventListener("abort", stop);
  try {
    child.send(task);
    const { code, signal: killedBy } = await child.ended;
    throwIfAborted(signal);
    if (answer === undefined)
      throw new MemosError("INTERNAL", `The measuring process ended without a result (${killedBy ?? code}).`);
    if ("error" in answer) throw new MemosError("INTERNAL", answer.error);
    return answer.result;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** The other side of `inChild`: does one task, answers and lets the process end. */
export function serveTask<Task, Result extends Serializable>(
  work: (task: Task, report: Report) => Promise<Result>,
): void {
  endWithParent();
  const report = (line: string) => process.send?.({ line } satisfies Answer<Result>);
  process.once("message", (task) => {
    work(task as Task, report)
      .then(
        (result): Answer<Result> => ({ result }),
        (error): Answer<Result> => ({
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
      )
      .then(sendLast);
  });
}
