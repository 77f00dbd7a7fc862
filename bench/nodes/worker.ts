import type { WorkerOrder } from "../jobs/workerProcess.js";
import { Child } from "../process/child.js";
import type { Mortal } from "./mortal.js";

const WORKER = new URL("../jobs/workerProcess.js", import.meta.url);

/** A worker in a process of its own, whose jobs each add a memory. */
export function startWorker(path: string, environment: Readonly<Record<string, string>> = {}): Mortal {
  let begin: (value: unknown) => void = () => undefined;
  const ready = new Promise((resolve) => {
    begin = resolve;
  });
  const child = new Child<WorkerOrder & Record<string, string>, string>(WORKER, begin, environment);
  child.send({ path, effect: "add" });
  return { ready, ended: child.ended, kill: () => child.kill(), release: () => child.release() };
}
