import { totalmem } from "node:os";
import * as z from "zod";
import { LIMITS } from "../../../memcube/index.js";

/** Of the memory that this process may use, what the engine may have unless it is told otherwise. */
const MEMORY_SHARE = 0.8;

export const localEngineOptionsSchema = z.strictObject({
  /** A GGUF file. */
  model: z.string().min(1),
  /** Tokens that a prompt and its answer can have together; by default 4,096, or fewer where the model has fewer. */
  contextTokens: z.int().min(256).max(LIMITS.contextTokens).optional(),
  /** Conversations that are kept in memory, and answered at once; each costs the cache of a whole context. */
  sequences: z.int().min(1).max(16).default(2),
  /** By default as many as there are cores. */
  threads: z.int().min(1).max(512).optional(),
  /** Resident bytes of the engine's process over which it is stopped; by default 80 % of this machine's. */
  memoryBytes: z
    .int()
    .positive()
    .default(() => Math.floor(machineMemory() * MEMORY_SHARE)),
  /** `auto` uses a GPU where a build for it is installed. */
  gpu: z.union([z.literal("auto"), z.literal(false)]).default("auto"),
  /** For state files on their way; by default in memory. */
  temporaryFolder: z.string().min(1).optional(),
});

export type LocalEngineOptions = z.input<typeof localEngineOptionsSchema>;
export type ResolvedOptions = z.output<typeof localEngineOptionsSchema>;

/** The machine's, or what a container leaves of it. */
function machineMemory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}
