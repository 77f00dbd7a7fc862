import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** A process lives for this long, more or less, before it is killed. */
export interface Life {
  readonly least: number;
  readonly more: number;
}

/** A process that can be started again and again. */
export interface Mortal {
  /** Resolves when it is at work. */
  readonly ready: Promise<unknown>;
  readonly ended: Promise<unknown>;
  kill(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Starts a process, kills it after a while and starts the next, until `peace`: then the last one lives on until `end`,
 * and may go by itself. Returns how many were killed.
 */
export async function keepKilling(
  start: () => Mortal,
  { least, more }: Life,
  random: () => number,
  { peace, end }: { readonly peace: AbortSignal; readonly end: AbortSignal },
): Promise<number> {
  let kills = 0;
  while (!end.aborted) {
    const process = start();
    // Its life begins when it is at work: starting a process takes longer than some lives.
    await Promise.race([process.ready, process.ended]);
    await sleep(least + random() * more, undefined, { signal: peace }).catch(() => undefined);
    if (peace.aborted) {
      if (!end.aborted) await once(end, "abort");
      await process.release();
    } else {
      await process.kill();
      kills++;
    }
  }
  return kills;
}
