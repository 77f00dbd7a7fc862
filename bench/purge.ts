import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { hundredths } from "../eval/metrics/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { MemOS } from "../memos/index.js";
import { type Report, seldom } from "./progress.js";
import { withTemporaryFolder } from "./temporaryFolder.js";
import { syntheticText } from "./text.js";

const SCOPE = { tenant: "purge" };

/** Cubes of one call. */
const BATCH = 10_000;

export interface PurgeBenchOptions {
  readonly n: number;
  readonly purge: number;
  readonly signal?: AbortSignal;
}

export interface PurgeBenchResult {
  readonly n: number;
  readonly purged: number;
  readonly seconds: number;
  /** Of the purged texts, those of which the whole text stands in some file of the store. */
  readonly left: number;
  /** The same for texts that were not purged, so that the look is known to see. */
  readonly seen: { readonly sampled: number; readonly found: number };
  readonly verify: { readonly clean: boolean; readonly bytes: number; readonly megabytesPerSecond: number };
  /** Reading the same files without looking at them, in the same run. */
  readonly baseline: { readonly readMegabytesPerSecond: number };
}

/** Purges some of many memories and looks for them in every byte of the store. */
export function runPurgeBench(options: PurgeBenchOptions, report: Report): Promise<PurgeBenchResult> {
  return withTemporaryFolder(async (folder) => {
    const { n, purge, signal } = options;
    const path = join(folder, "store");
    const say = seldom(report);
    const memos = await MemOS.open({ path });
    try {
      const ids: string[] = [];
      const all = Array.from({ length: n }, (_, seed) => syntheticText(seed));
      for await (const { written, added } of memos.addMany(
        all,
        SCOPE,
        signal === undefined ? {} : { signal },
      )) {
        ids.push(...written.map(({ id }) => id));
        say(() => `${added} of ${n} added`);
      }
      await memos.settled();
      const every = Math.floor(n / purge);
      const gone = ids.filter((_, index) => index % every === 0).slice(0, purge);
      const started = performance.now();
      const receipts = [];
      for (let first = 0; first < gone.length; first += BATCH) {
        throwIfAborted(signal);
        const batch = gone.slice(first, first + BATCH);
        receipts.push(await memos.forgetting.forget({ ids: batch }, SCOPE, { mode: "purge" }));
      }
      const seconds = (performance.now() - started) / 1000;
      report("purged; looking for what is left");
      const goneSet = new Set(gone);
      const texts = new Map(ids.map((id, index) => [id, all[index] as string]));
      const lost = gone.map((id) => texts.get(id) as string);
      const kept = ids
        .filter((id) => !goneSet.has(id))
        .slice(0, 50)
        .map((id) => texts.get(id) as string);
      const reading = performance.now();
      const files = await readAll(path);
      const readSeconds = (performance.now() - reading) / 1000;
      const bytes = files.reduce((sum, file) => sum + file.length, 0);
      const standing = (text: string) => files.some((file) => file.includes(text));
      const proofs = await Promise.all(receipts.map((receipt) => memos.forgetting.verify(receipt, SCOPE)));
      const verifyMs = proofs.reduce((sum, proof) => sum + proof.milliseconds, 0);
      return {
        n,
        purged: gone.length,
        seconds: hundredths(seconds),
        left: lost.filter(standing).length,
        seen: { sampled: kept.length, found: kept.filter(standing).length },
        verify: {
          clean: proofs.every(({ clean }) => clean),
          bytes,
          megabytesPerSecond: hundredths((proofs.length * bytes) / 1e6 / (verifyMs / 1000)),
        },
        baseline: { readMegabytesPerSecond: hundredths(bytes / 1e6 / readSeconds) },
      };
    } finally {
      await memos.close();
    }
  });
}

async function readAll(folder: string): Promise<Buffer[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: Buffer[] = [];
  for (const entry of entries)
    if (entry.isFile()) files.push(await readFile(join(entry.parentPath, entry.name)));
  return files;
}
