import { access } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { packageVersion } from "../../api/packageVersion.js";
import { throwIfAborted } from "../../memos/aborted.js";
import type { Embedder } from "../../memos/index.js";
import { hundredths } from "../metrics/index.js";
import type { EvaluationRun } from "../report/run.js";
import type { Suite } from "./suite.js";

export interface RunAllOptions {
  readonly suites: readonly Suite[];
  /** Folder of the public data sets. */
  readonly data: string;
  readonly embedder: Embedder;
  readonly signal?: AbortSignal | undefined;
  onProgress(suite: string, done: number, total: number): void;
}

/** Runs suites one after the other. A suite without its data is left out and named; one that fails ends the run. */
export async function runAll(options: RunAllOptions): Promise<EvaluationRun> {
  const started = new Date();
  const suites: EvaluationRun["suites"] = [];
  const skipped: EvaluationRun["skipped"] = [];
  for (const suite of options.suites) {
    throwIfAborted(options.signal);
    const missing = await firstMissing(suite.files.map((file) => join(options.data, file)));
    if (missing !== undefined) {
      skipped.push({ name: suite.name, reason: `there is no ${missing}` });
      continue;
    }
    const { data, embedder, signal } = options;
    const progress = (done: number, total: number) => options.onProgress(suite.name, done, total);
    suites.push(...(await suite.run({ data, embedder, signal, progress })));
  }
  return {
    format: 1,
    version: packageVersion(),
    startedAt: started.toISOString(),
    machine: {
      cpus: cpus().length,
      platform: `${process.platform} ${process.arch}`,
      node: process.versions.node,
    },
    seconds: hundredths((Date.now() - started.getTime()) / 1_000),
    suites,
    skipped,
  };
}

async function firstMissing(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (!there) return file;
  }
  return undefined;
}
