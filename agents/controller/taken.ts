import { isMemosError, type MemosError } from "../../memcube/index.js";
import { TRACE_LIMITS, type Trace } from "../../memos/index.js";

/** What came of one thing that was decided, as a trace tells it. */
export interface Taken {
  readonly made: Trace["made"];
  readonly refused: Trace["refused"];
}

/** Failures that are about one memory and cost no other. */
const OF_ONE_MEMORY = [
  "CONFLICT",
  "FORBIDDEN",
  "IDEMPOTENCY_MISMATCH",
  "INVALID_INPUT",
  "INVALID_TRANSITION",
  "NOT_FOUND",
  "TOO_LARGE",
] as const;

export function refused(what: string, reason: string, from: readonly string[]): Taken {
  const sentence = reason.slice(0, TRACE_LIMITS.reasonCharacters);
  return { made: [], refused: [{ what, reason: sentence, from: [...from] }] };
}

/** What the work came to; a failure that is about this one memory is a refusal. */
export async function guarded(
  what: string,
  from: readonly string[],
  work: () => Promise<Taken>,
): Promise<Taken> {
  try {
    return await work();
  } catch (error) {
    if (!OF_ONE_MEMORY.some((code) => isMemosError(error, code))) throw error;
    return refused(what, (error as MemosError).message, from);
  }
}
