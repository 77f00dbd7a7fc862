import { MemosError } from "../../../memcube/index.js";
import type { Source } from "./source.js";

/**
 * Memories in groups that one adapter each can be trained from: those about one subject together where they fit.
 *
 * @throws MemosError INVALID_INPUT for no memories.
 */
export async function planAdapters(_sources: readonly Source[]): Promise<Source[][]> {
  throw new MemosError("UNSUPPORTED", "Adapters are not planned yet.");
}
