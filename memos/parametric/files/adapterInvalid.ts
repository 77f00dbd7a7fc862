import { MemosError } from "../../../memcube/index.js";

/** The error of an adapter that must not be used. */
export function adapterInvalid(message: string, cause?: unknown): MemosError {
  return new MemosError("ADAPTER_INVALID", message, { cause });
}
