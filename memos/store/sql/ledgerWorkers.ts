import { Worker } from "node:worker_threads";

/** Threads that are kept for the next ledger, and for how long: a process that opens one store after the other. */
const RESTING_MOST = 4;
const REST_MS = 10_000;

/** Threads whose ledger was closed in good order. Loading their code takes ten times as long as opening a file. */
const resting = new Map<Worker, NodeJS.Timeout>();

/** A thread that waits to be told what to open. It keeps the process alive until it is told not to. */
export function takeWorker(): Worker {
  const [rested] = resting;
  if (rested === undefined) return new Worker(new URL("../../../bundle/ledgerThread.js", import.meta.url));
  const [worker, end] = rested;
  clearTimeout(end);
  resting.delete(worker);
  worker.removeAllListeners("exit");
  worker.ref();
  return worker;
}

/** Takes back a thread whose ledger is closed; resolves when nobody can hear from it any more. */
export async function leaveWorker(worker: Worker): Promise<void> {
  for (const event of ["message", "error", "exit"]) worker.removeAllListeners(event);
  if (resting.size >= RESTING_MOST) {
    await worker.terminate();
    return;
  }
  worker.once("exit", () => {
    clearTimeout(resting.get(worker));
    resting.delete(worker);
  });
  worker.unref();
  resting.set(worker, setTimeout(() => worker.terminate(), REST_MS).unref());
}
