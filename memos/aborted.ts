import { MemosError } from "../memcube/index.js";

/** @throws MemosError ABORTED when the caller has cancelled. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new MemosError("ABORTED", "The operation was cancelled.", { cause: signal.reason });
}

/**
 * The result of the work, or ABORTED at once: the `openai` package notices an abort only after its back-off.
 *
 * @throws MemosError ABORTED with the sentence, and whatever the work throws.
 */
export async function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  sentence: string,
): Promise<T> {
  if (signal === undefined) return work;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new MemosError("ABORTED", sentence, { cause: signal.reason }));
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
