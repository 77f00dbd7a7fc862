import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What one collection has found is told in the turn after it; what it has not, the next may. */
const COLLECTIONS = 3;

let held = 0;
const collected = new FinalizationRegistry(() => held--);
let collect: (() => void) | undefined;

/** Connections and statements of libsql, which has no way to end a statement: a file is open until they are collected. */
export function handle<T extends object>(object: T): T {
  held++;
  collected.register(object, undefined);
  return object;
}

/**
 * Has this thread's handles collected, in about ten milliseconds, once nothing refers to them. False when something
 * does: then the files are let go of when the thread ends, and not before.
 */
export async function letGo(): Promise<boolean> {
  for (let done = 0; held > 0 && done < COLLECTIONS; done++) {
    await nextTurn();
    collect ??= collector();
    collect();
    await nextTurn();
  }
  // Native handles end a turn after what they belong to was found.
  await nextTurn();
  return held === 0;
}

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
