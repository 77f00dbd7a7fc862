import type { Serializable } from "node:child_process";

const orphaned = () => process.exit();

/** Ends this process when the one that asked for it is gone: there is nobody to work for. */
export function endWithParent(): void {
  process.on("disconnect", orphaned);
}

/**
 * Sends a last message and lets this process end by itself, which removes what native code keeps in the
 * folder for temporary files; `process.exit` would leave it.
 */
export function sendLast(message: Serializable): void {
  process.off("disconnect", orphaned);
  process.send?.(message, () => process.disconnect());
}
