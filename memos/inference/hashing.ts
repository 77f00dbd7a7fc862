import { setImmediate as nextTurn } from "node:timers/promises";
import { MemosError, sha256 } from "../../memcube/index.js";
import { isStopWord, termsOf } from "../retrieval/analysis.js";
import type { Embedder, EmbedOptions } from "./embedder.js";
import { unitVector } from "./embedder.js";

const DIMENSION = 256;

/** Characters of one text that shape its vector; the rest would only blur it. */
const READ_CHARACTERS = 8_192;

/** Length of the character sequences inside a word that are features of their own, beside the word. */
const GRAM = 4;

/** How much a character sequence counts against the word it is in. */
const GRAM_WEIGHT = 0.35;

/** Work on the event loop gives way after this long. */
const SLICE_MS = 6;

/** Changes with anything that changes a vector. */
const RECIPE = "hashing/1 256 terms+4-grams fnv1a-32 sublinear";

/**
 * The built-in embedder: signed feature hashing of terms and of the character sequences inside them
 * (Weinberger et al. 2009, section 2), so that spelling variants are near each other. No model, no file, the
 * same on every machine. It knows nothing of meaning and is weighted accordingly.
 */
export class HashingEmbedder implements Embedder {
  readonly fingerprint = { name: "hashing", dimension: DIMENSION, hash: sha256(RECIPE) };
  readonly fusionWeight = 0.02;

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    let started = performance.now();
    for (const text of texts) {
      if (options.signal?.aborted === true) throw new MemosError("ABORTED", "The embedding was cancelled.");
      vectors.push(embedText(text));
      if (performance.now() - started > SLICE_MS) {
        await nextTurn();
        started = performance.now();
      }
    }
    return vectors;
  }
}

function embedText(text: string): Float32Array {
  const counts = new Map<string, number>();
  for (const term of termsOf(text.slice(0, READ_CHARACTERS).toWellFormed()))
    if (!isStopWord(term)) counts.set(term, (counts.get(term) ?? 0) + 1);
  const sums = new Float64Array(DIMENSION);
  for (const [term, count] of counts) {
    // A word said often says little more than a word said twice.
    const weight = 1 + Math.log(count);
    addFeature(sums, hashOf(term, 0, term.length), weight);
    for (let start = 0; start + GRAM <= term.length; start++)
      addFeature(sums, hashOf(term, start, start + GRAM) ^ 0x5bd1e995, weight * GRAM_WEIGHT);
  }
  return unitVector(sums, DIMENSION);
}

function addFeature(sums: Float64Array, hash: number, weight: number): void {
  const at = hash & (DIMENSION - 1);
  const sign = (hash & 0x10000) === 0 ? 1 : -1;
  sums[at] = (sums[at] as number) + sign * weight;
}

/** FNV-1a over UTF-16 units, finished as in murmur3 so that every bit depends on every unit. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
