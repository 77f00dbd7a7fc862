import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { MemOS, type RestoreOptions, type RestoreReceipt, restoreBackup } from "../../../memos/index.js";
import { atEnd, type Lifetime, temporaryFolder, WordEmbedder } from "../support.js";
import type { Report } from "../writerProcess.js";

export const SCOPE = { tenant: "acme" };

/** Restores into a new folder and opens what came of it. */
export async function restored(
  t: Lifetime,
  options: Omit<RestoreOptions, "path">,
): Promise<{ memos: MemOS; path: string; receipt: RestoreReceipt }> {
  const path = `${await temporaryFolder(t)}/restored`;
  const receipt = await restoreBackup({ embedder: new WordEmbedder(), ...options, path });
  const memos = await MemOS.open({ path, embedder: new WordEmbedder() });
  atEnd(t, () => memos.close());
  return { memos, path, receipt };
}

/** A process that writes memories into a store, one after the other, and says which are acknowledged. */
export interface Writer {
  readonly acknowledged: readonly string[];
  begin(): void;
  /** Resolves once this many are acknowledged. */
  reached(count: number): Promise<void>;
  kill(): Promise<void>;
}

export async function startWriter(t: Lifetime, path: string, name: string): Promise<Writer> {
  const program = fileURLToPath(new URL("../writerProcess.js", import.meta.url));
  const child: ChildProcess = fork(program, [path, name, "1000000"]);
  const ended = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  atEnd(t, kill);
  const acknowledged: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.on("message", (report: Report) => {
      if ("ready" in report) resolve();
      if ("acknowledged" in report) acknowledged.push(report.acknowledged);
    });
    child.once("exit", () => reject(new Error("the writer ended before it was ready")));
  });
  return {
    acknowledged,
    begin: () => child.send("go"),
    reached: async (count) => {
      while (acknowledged.length < count) await once(child, "message");
    },
    kill,
  };
}
