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
 * Starts a process, kills it after a while and starts the next, until it is told to end: then the last one may go in
 * peace. Returns how many were killed.
 */
export async function keepKilling(
  start: () => Mortal,
  { least, more }: Life,
  random: () => number,
  until: AbortSignal,
): Promise<number> {
  let kills = 0;
  while (!until.aborted) {
    const process = start();
    // Its life begins when it is at work: starting a process takes longer than some lives.
    await Promise.race([process.ready, process.ended]);
    await sleep(least + random() * more, undefined, { signal: until }).catch(() => undefined);
    if (until.aborted) await process.release();
    else {
      await process.kill();
      kills++;
    }
  }
  return kills;
}
