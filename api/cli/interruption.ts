import { MemosError } from "../../memcube/index.js";

/**
 * Aborts at the first Ctrl-C or SIGTERM, so that a long command ends at a clean point; the second one ends
 * the process at once.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => controller.abort(new MemosError("ABORTED", `stopped by ${name}.`)));
  return controller.signal;
}
