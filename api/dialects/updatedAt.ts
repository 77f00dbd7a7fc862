import { isMemosError, type MemCube, type Scope } from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";

/** When the current version was written: a cube says only when its first one was. */
export async function updatedAt(memos: MemOS, cube: MemCube, scope: Scope): Promise<string> {
  if (cube.version === 1) return cube.time.recordedAt;
  try {
    const { versions } = await memos.history(cube.id, scope);
    return versions.at(-1)?.recordedAt ?? cube.time.recordedAt;
  } catch (error) {
    // Forgotten meanwhile.
    if (isMemosError(error, "NOT_FOUND")) return cube.time.recordedAt;
    throw error;
  }
}
