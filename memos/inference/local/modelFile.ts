import { resolve } from "node:path";
import { MemosError } from "../../../memcube/index.js";
import { inspectGguf, sha256OfFile } from "../gguf/index.js";
import { identityOf, isSame } from "./fileIdentity.js";
import type { ResolvedOptions } from "./options.js";
import type { FileIdentity } from "./protocol.js";

/** A model file that can be used, as it is now. */
export interface ModelFile {
  readonly path: string;
  readonly identity: FileIdentity;
  readonly sha256: string;
  readonly contextTokens: number;
  /** Numbers of one attention head. */
  readonly headSize: number;
}

/** Tokens of a context whose size nobody asked for. */
const DEFAULT_CONTEXT_TOKENS = 4_096;

/**
 * Looks at a model file before anything is loaded.
 *
 * @throws MemosError MODEL_INVALID for a file that is not there, is no model, or needs more memory than is allowed;
 * INVALID_INPUT for a context that is longer than the model's.
 */
export async function openModelFile(options: ResolvedOptions): Promise<ModelFile> {
  const { sequences, memoryBytes } = options;
  const path = resolve(options.model);
  const model = await inspectGguf(path).catch((error: unknown) => {
    if (error instanceof MemosError && error.code !== "NOT_FOUND") throw error;
    const sentence = error instanceof MemosError ? error.message : `The model ${path} cannot be read.`;
    throw new MemosError("MODEL_INVALID", sentence, { cause: error });
  });
  const { contextLength, headDim: headSize } = model;
  if (options.contextTokens !== undefined && options.contextTokens > contextLength)
    throw new MemosError(
      "INVALID_INPUT",
      `\`contextTokens\`: the model has a context of ${contextLength} tokens.`,
      { path: "contextTokens" },
    );
  const contextTokens = options.contextTokens ?? Math.min(DEFAULT_CONTEXT_TOKENS, contextLength);
  const needed = model.estimateBytes({ contextTokens, sequences });
  if (needed > memoryBytes)
    throw new MemosError(
      "MODEL_INVALID",
      `The model needs about ${megabytes(needed)} with ${sequences} × ${contextTokens} tokens of context; ${megabytes(memoryBytes)} are allowed.`,
    );
  const identity = await identityOf(path);
  return { path, identity, sha256: await sha256OfFile(path), contextTokens, headSize };
}

/** Whether the file under its name is still this one. */
export async function isStill({ path, identity }: ModelFile): Promise<boolean> {
  return identityOf(path).then(
    (found) => isSame(found, identity),
    () => false,
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MB`;
}
