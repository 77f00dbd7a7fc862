import { constants, copyFile, open } from "node:fs/promises";
import { join } from "node:path";
import { hundredths } from "../eval/metrics/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { MemOS, restoreBackup, verifyBackup } from "../memos/index.js";
import { latencyOf, middle, timed } from "./latency.js";
import { type Report, seldom } from "./progress.js";
import { bytesOf, withTemporaryFolder } from "./temporaryFolder.js";
import { syntheticText, syntheticTexts } from "./text.js";

const SCOPE = { tenant: "kept" };

/** Backups and copies of the file, in turn. */
const ROUNDS = 3;

/** Adds without a backup, beside those during one. */
const QUIET_ADDS = 200;

export interface BackupBenchOptions {
  /** Cubes of the store. */
  readonly n: number;
  readonly signal?: AbortSignal;
}

export interface BackupBenchResult {
  readonly n: number;
  readonly backup: { readonly milliseconds: number; readonly bytes: number };
  /** Of every byte of the last backup. */
  readonly verifyMilliseconds: number;
  /** Until the store is there, with its index and every hash chain checked. */
  readonly restore: { readonly milliseconds: number; readonly cubes: number };
  /** What one who writes feels: adds while backups are made, and before. */
  readonly add: { readonly during: number; readonly quietP95ms: number; readonly duringP95ms: number };
  /** `backup.milliseconds` against `baseline.cpMilliseconds`, and the two times of `add`. */
  readonly ratio: { readonly cp: number; readonly add: number };
  /** The file of the ledger copied byte for byte and flushed, as `cp` and `sync` do, in the same run. */
  readonly baseline: { readonly cpMilliseconds: number; readonly bytes: number };
}

/** Measures backups of a store that is written to, and a restore, in folders that are deleted afterwards. */
export async function runBackupBench(
  options: BackupBenchOptions,
  report: Report,
): Promise<BackupBenchResult> {
  return withTemporaryFolder((folder) => measure(folder, options, report));
}

async function measure(
  folder: string,
  { n, signal }: BackupBenchOptions,
  report: Report,
): Promise<BackupBenchResult> {
  const [path, backups] = [join(folder, "store"), join(folder, "backups")];
  const ledger = join(path, "ledger.db");
  const memos = await MemOS.open({ path });
  try {
    const say = seldom(report);
    let written = 0;
    for await (const batch of memos.addMany(
      syntheticTexts(n, 0),
      SCOPE,
      signal === undefined ? {} : { signal },
    )) {
      written += batch.written.length;
      say(() => `writing: ${written} of ${n}`);
    }
    await memos.settled();
    let seed = n;
    const add = () => timed(() => memos.add(syntheticText(seed++), SCOPE));
    const quiet: number[] = [];
    while (quiet.length < QUIET_ADDS) quiet.push(await add());
    const during: number[] = [];
    const backup: number[] = [];
    const cp: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      throwIfAborted(signal);
      cp.push(await timed(() => copyAsCp(ledger, join(folder, `copy-${round}.db`))));
      let made = false;
      const making = memos.backup(backups).finally(() => {
        made = true;
      });
      while (!made) during.push(await add());
      backup.push((await making).milliseconds);
      report(`backup ${round} of ${ROUNDS}: ${Math.round(backup.at(-1) as number)} ms`);
    }
    const verified = await verifyBackup(backups);
    const restored = await restoreBackup({ backup: backups, path: join(folder, "restored") });
    const [quietP95ms, duringP95ms] = [latencyOf(quiet).p95ms, latencyOf(during).p95ms];
    return {
      n,
      backup: { milliseconds: middle(backup), bytes: verified.bytes },
      verifyMilliseconds: hundredths(verified.milliseconds),
      restore: { milliseconds: hundredths(restored.milliseconds), cubes: restored.rows },
      add: { during: during.length, quietP95ms, duringP95ms },
      ratio: {
        cp: hundredths(middle(backup) / middle(cp)),
        add: hundredths(duringP95ms / quietP95ms),
      },
      baseline: { cpMilliseconds: middle(cp), bytes: await bytesOf(ledger) },
    };
  } finally {
    await memos.close();
  }
}

async function copyAsCp(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL);
  const file = await open(to, "r+");
  await file.sync();
  await file.close();
}
