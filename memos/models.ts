import * as z from "zod";
import { MemosError, type Scope, scopeSchema } from "../memcube/index.js";
import type { Access } from "./governance/access.js";
import type { Embedder } from "./inference/embedder.js";
import type { Engine } from "./inference/engine.js";
import { parse } from "./parse.js";
import { o200k } from "./retrieval/tokens.js";
import { mapInSlices } from "./store/index/slice.js";

export const MODEL_LIMITS = {
  /** Texts of one `embed`. */
  texts: 2_048,
  /** Characters (UTF-16 units) of one of them, and of all. */
  textCharacters: 65_536,
  characters: 4 * 1024 * 1024,
} as const;

const textsSchema = z
  .array(z.string().min(1).max(MODEL_LIMITS.textCharacters))
  .min(1)
  .max(MODEL_LIMITS.texts)
  .refine(
    (texts) => texts.reduce((sum, { length }) => sum + length, 0) <= MODEL_LIMITS.characters,
    `have more than ${MODEL_LIMITS.characters} characters in all`,
  );

/** What models a memory works with. */
export interface ModelList {
  /** What `chat` talks to. */
  readonly chat?: { readonly name: string; readonly tools: boolean; readonly schema: boolean };
  /** What makes the vectors of the index. */
  readonly embedding?: { readonly name: string; readonly dimension: number };
}

export interface Embedded {
  readonly model: string;
  /** One for each text, in order, of unit length; all zeros for a text without a letter or digit. */
  readonly vectors: readonly Float32Array[];
  /** Of all texts, counted as o200k_base. */
  readonly tokens: number;
}

/** The models that a memory works with, for callers who want to use them themselves. */
export class Models {
  readonly #engine: Engine | undefined;
  readonly #embedder: Embedder;
  readonly #access: Pick<Access, "authorize">;

  constructor(engine: Engine | undefined, embedder: Embedder, access: Pick<Access, "authorize">) {
    this.#engine = engine;
    this.#embedder = embedder;
    this.#access = access;
  }

  /** Which there are; loads none. */
  async list(scope: Scope): Promise<ModelList> {
    await this.#access.authorize("models.list", "read", parse(scopeSchema, scope));
    const { name, dimension } = this.#embedder.fingerprint;
    const engine = this.#engine;
    return {
      ...(engine === undefined
        ? {}
        : {
            chat: {
              name: engine.name,
              tools: engine.capabilities.tools,
              schema: engine.capabilities.schema !== "none",
            },
          }),
      ...(dimension === 0 ? {} : { embedding: { name, dimension } }),
    };
  }

  /**
   * Tokens that a prompt and its answer can have together; loads the model.
   *
   * @throws MemosError UNSUPPORTED without a model; MODEL_INVALID, MODEL_FAILED, ENGINE_UNAVAILABLE.
   */
  async contextTokens(scope: Scope): Promise<number> {
    await this.#access.authorize("models.contextTokens", "read", parse(scopeSchema, scope));
    if (this.#engine === undefined) throw withoutModel();
    return (await this.#engine.model()).contextTokens;
  }

  /**
   * Vectors of texts, as the index has them.
   *
   * @throws MemosError INVALID_INPUT and TOO_LARGE beyond the limits, UNSUPPORTED without an embedder, EMBEDDER_FAILED,
   * EMBEDDING_INVALID, ABORTED.
   */
  async embed(
    texts: readonly string[],
    scope: Scope,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Embedded> {
    await this.#access.authorize("models.embed", "read", parse(scopeSchema, scope));
    const wanted = parse(textsSchema, texts);
    const { name, dimension } = this.#embedder.fingerprint;
    if (dimension === 0)
      throw new MemosError("UNSUPPORTED", "There is no embedder: the memory was opened without one.");
    const vectors = await this.#embedder.embed(wanted, signal === undefined ? {} : { signal });
    const counter = await o200k();
    const counts = await mapInSlices(wanted, (text) => counter.count(text));
    return { model: name, vectors, tokens: counts.reduce((sum, count) => sum + count, 0) };
  }
}

/** What is said where somebody wants to talk and nothing is there to talk to. */
export function withoutModel(): MemosError {
  return new MemosError(
    "UNSUPPORTED",
    "There is no model to talk to: start the server with --model, or open the memory with an `engine`.",
  );
}
