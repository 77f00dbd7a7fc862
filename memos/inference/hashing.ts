import { sha256 } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { mapInSlices } from "../store/index/slice.js";
import type { Embedder, EmbedOptions } from "./embedder.js";
import {
  FULL_WORD,
  folded,
  GRAM_MASS,
  HASHED_CHARACTERS,
  HASHED_DIMENSION,
  HashedText,
  LONGEST_GRAM,
  SHORTEST_GRAM,
} from "./hashedText.js";
import { unitVectorOrZero } from "./unitVector.js";

/** Changes with anything that changes a vector. */
const RECIPE = `hashing/2 ${HASHED_DIMENSION} nfkc lower words+${SHORTEST_GRAM}-${LONGEST_GRAM}-grams*${GRAM_MASS} short<${FULL_WORD} cjk-pairs+singles fnv1a-fmix32 log1p first-${HASHED_CHARACTERS}`;

/**
 * The embedder without a model: hashed words and character sequences ({@link HashedText}).
 *
 * No file, no language and no locale: the same text gives the same bytes on every machine, as long as its
 * characters are known to the Unicode version of the JavaScript engine. It knows spelling and nothing of
 * meaning, and is weighted accordingly.
 */
export class HashingEmbedder implements Embedder {
  readonly fingerprint = { name: "hashing", dimension: HASHED_DIMENSION, hash: sha256(RECIPE) };
  readonly fusionWeight = 0.02;
  readonly #hashed = new HashedText();

  /** Gives way to the event loop between texts. Queries and passages are treated alike. */
  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    throwIfAborted(options.signal);
    return mapInSlices(texts, (text) => {
      throwIfAborted(options.signal);
      return unitVectorOrZero(this.#hashed.sums(folded(text)), HASHED_DIMENSION);
    });
  }
}
