import { MemosError } from "../memcube/index.js";

/** @throws MemosError ABORTED when the caller has cancelled. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new MemosError("ABORTED", "The operation was cancelled.", { cause: signal.reason });
}
