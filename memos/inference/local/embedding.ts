import type { LlamaEmbeddingContext, LlamaRankingContext } from "node-llama-cpp";
import { MemosError } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import { unitVectors } from "../unitVector.js";
import type { LoadedModel } from "./loadedModel.js";

/** Tokens of a text that is embedded or ranked: it is evaluated as a whole, and memory grows with the square. */
export const SIDE_TOKENS = 2_048;

/** Contexts beside the one that generates, made when they are first asked for. */
export class SideContexts {
  readonly #loaded: LoadedModel;
  #embedding: Promise<LlamaEmbeddingContext> | undefined;
  #ranking: Promise<LlamaRankingContext> | undefined;

  constructor(loaded: LoadedModel) {
    this.#loaded = loaded;
  }

  /**
   * One unit vector for each text.
   *
   * @throws MemosError INVALID_INPUT for a text that is longer than the context, ABORTED.
   */
  async embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const { model } = this.#loaded;
    this.#embedding ??= model.createEmbeddingContext(this.#size());
    const context = await this.#embedding;
    const room = this.#size().contextSize;
    const vectors: Float32Array[] = [];
    for (const [at, text] of texts.entries()) {
      throwIfAborted(signal);
      const tokens = model.tokenize(text.toWellFormed());
      // An empty text has a vector too: that of the beginning.
      if (tokens.length === 0 && model.tokens.bos !== null) tokens.push(model.tokens.bos);
      const { length } = tokens;
      if (length + 2 > room)
        throw new MemosError(
          "INVALID_INPUT",
          `\`texts.${at}\`: has ${length} tokens; there is room for ${room - 2}.`,
          {
            path: `texts.${at}`,
          },
        );
      const { vector } = await context.getEmbeddingFor(tokens);
      vectors.push(Float32Array.from(vector));
    }
    return unitVectors(vectors, texts.length, model.embeddingVectorSize);
  }

  /**
   * Between 0 and 1 for each document.
   *
   * @throws MemosError UNSUPPORTED when the model is no ranker, ABORTED.
   */
  async rank(query: string, documents: readonly string[], signal: AbortSignal): Promise<number[]> {
    const { model } = this.#loaded;
    if (!model.fileInsights.supportsRanking)
      throw new MemosError("UNSUPPORTED", "This model is no ranker: it has no rank pooling.");
    this.#ranking ??= model.createRankingContext(this.#size());
    const context = await this.#ranking;
    const scores: number[] = [];
    for (const document of documents) {
      throwIfAborted(signal);
      scores.push(await context.rank(query.toWellFormed(), document.toWellFormed()));
    }
    return scores;
  }

  #size() {
    const { context, settings } = this.#loaded;
    const tokens = Math.min(SIDE_TOKENS, context.contextTokens);
    return { contextSize: tokens, batchSize: tokens, threads: settings.threads };
  }
}
