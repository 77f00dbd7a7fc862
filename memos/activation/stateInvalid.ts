import { MemosError } from "../../memcube/index.js";

/** The error of a state that must not reach an engine. */
export function stateInvalid(message: string, cause?: unknown): MemosError {
  return new MemosError("STATE_INVALID", message, { cause });
}
