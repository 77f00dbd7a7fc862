import {
  isActive,
  isAgentive,
  lexiconOf,
  vocabulary,
  wordingsOf,
  wordsAskingFor,
} from "../../graph/extraction/index.js";
import { StaticEmbedder } from "../inference/static.js";

/** From this likeness on, words mean a relation; below it other relations are as near (docs/facts.md). */
export const LIKE = 0.4;

/** A wording that the vocabulary lacks is taken for the relation it is this like, and this much more than any other. */
const SAME = 0.5;
const MARGIN = 0.08;

/** Relations and wordings that are remembered. */
const REMEMBERED = 4_096;

let loading: Promise<StaticEmbedder> | undefined;

/**
 * How like words are to the wordings of relations, by the bundled vectors: the greatest cosine over all wordings
 * of a relation. It asks no embedder that the caller has configured, so that it is free, the same everywhere and
 * there without one.
 */
export class RelationLikeness {
  readonly #relations = new Map<string, readonly Float32Array[]>();
  readonly #meant = new Map<string, string>();

  /** Vectors of words, in their order. */
  async vectors(texts: readonly string[], signal?: AbortSignal): Promise<readonly Float32Array[]> {
    loading ??= StaticEmbedder.load();
    const embedder = await loading;
    return texts.length === 0
      ? []
      : embedder.embed(texts, { purpose: "query", ...(signal === undefined ? {} : { signal }) });
  }

  /** Makes relations known to `like`. */
  async prepare(relations: Iterable<string>, signal?: AbortSignal): Promise<void> {
    const wanted = [...new Set(relations)].filter((relation) => !this.#relations.has(relation));
    if (wanted.length === 0) return;
    if (this.#relations.size + wanted.length > REMEMBERED) this.#relations.clear();
    const wordings = wanted.map((relation) => [
      ...new Set([...wordingsOf(relation), ...wordsAskingFor(relation), ...lexiconOf(relation)]),
    ]);
    const vectors = await this.vectors(wordings.flat(), signal);
    let at = 0;
    for (const [index, relation] of wanted.entries()) {
      const count = (wordings[index] as string[]).length;
      this.#relations.set(relation, vectors.slice(at, at + count));
      at += count;
    }
  }

  /** 0 for a relation that was not prepared. */
  like(relation: string, words: Float32Array): number {
    let best = 0;
    for (const wording of this.#relations.get(relation) ?? []) best = Math.max(best, cosine(wording, words));
    return best;
  }

  /**
   * The relation of the vocabulary that a wording means which is not in it, or the wording itself: "is on the
   * wages of" is "works at".
   */
  async meant(wordings: Iterable<string>, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const relations = vocabulary();
    const asked = [...new Set(wordings)];
    const unknown = asked.filter((wording) => !this.#meant.has(wording));
    if (unknown.length > 0) {
      await this.prepare(relations, signal);
      const vectors = await this.vectors(unknown, signal);
      if (this.#meant.size + unknown.length > REMEMBERED) this.#meant.clear();
      for (const [index, wording] of unknown.entries()) {
        const vector = vectors[index] as Float32Array;
        const [first, second] = relations
          .map((relation) => ({ relation, like: this.like(relation, vector) }))
          .sort((a, b) => b.like - a.like);
        const isMeant =
          first !== undefined &&
          first.like >= SAME &&
          first.like - (second?.like ?? 0) >= MARGIN &&
          isOriented(wording, first.relation);
        this.#meant.set(wording, isMeant ? first.relation : wording);
      }
    }
    return new Map(asked.map((wording) => [wording, this.#meant.get(wording) ?? wording]));
  }
}

/** Who acts in a wording is who acts in the relation: "penned by" is the author of a work, "penned" is not. */
function isOriented(wording: string, relation: string): boolean {
  if (/ by$/u.test(wording)) return isAgentive(relation);
  return !(isActive(wording) && isAgentive(relation));
}

/** Of two vectors of unit length. */
function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
