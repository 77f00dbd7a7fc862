import { isMemosError } from "../../memcube/index.js";

/** Says on the process that memory did not work, where nobody else is told. */
export function warn(error: unknown): void {
  const known = isMemosError(error);
  process.emitWarning(known ? error.message : "The memory failed.", {
    type: "MemosWarning",
    ...(known ? { code: error.code, detail: error.remedy } : {}),
  });
}
