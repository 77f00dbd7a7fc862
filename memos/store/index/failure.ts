import { MemosError } from "../../../memcube/index.js";
import { lanceFailure } from "../objects/failures.js";

/** The typed error for what LanceDB throws. */
export type Failure = (cause: unknown) => MemosError;

/** LanceDB has refused a change because the table was changed by somebody else meanwhile. */
const OVERTAKEN = /incompatible transaction|commit conflict|concurrent transaction|already exists/i;

/** For tables on disk: what cannot be read is damaged. */
export function corrupt(cause: unknown): MemosError {
  if (cause instanceof MemosError) return cause;
  if (cause instanceof Error && OVERTAKEN.test(cause.message))
    return new MemosError("CONFLICT", "Another process has taken over the index meanwhile.", { cause });
  return new MemosError("INDEX_CORRUPT", "The search index cannot be read.", { cause });
}

/** For tables in a bucket: it may also be that the bucket does not answer, or refuses. */
export function failureIn(place: string): Failure {
  return (cause) => (cause instanceof MemosError ? cause : (lanceFailure(cause, place) ?? corrupt(cause)));
}
