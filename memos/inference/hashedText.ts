import { CharacterClass, characterClass } from "./characterClass.js";
import { FeatureTable } from "./featureTable.js";

/** Numbers in a vector of hashed features. */
export const HASHED_DIMENSION = 256;

/**
 * Characters (UTF-16 units) of one text that shape its vector. The rest would only blur it, and reading them
 * takes about a millisecond: the longest time that this embedder keeps the event loop for one text.
 */
export const HASHED_CHARACTERS = 8_192;

export const SHORTEST_GRAM = 3;
export const LONGEST_GRAM = 5;

/**
 * How much a sequence of characters counts against its word, and an ideograph against its pair. Chosen on the
 * development sets (LoCoMo and three multi-hop sets, vectors alone).
 */
export const GRAM_MASS = 0.35;

/**
 * Letters from which on a word counts in full; shorter ones count by their length. The words that say least
 * are short in every language (Zipf's law of abbreviation), so that no list of stop words is needed. Chosen as
 * {@link GRAM_MASS}.
 */
export const FULL_WORD = 6;

/** Where the hashes of each kind of feature begin, so that a word and an equal sequence are two features. */
const WORD_SEED = 0x811c9dc5;
const GRAM_SEED = 0x5bd1e995;
const PAIR_SEED = 0x27d4eb2f;
const SINGLE_SEED = 0x165667b1;

const WORD_START = 0x02;
const WORD_END = 0x03;

/**
 * More marks on one letter than any writing has (UAX #15, Stream-Safe Text Format). Putting them in order
 * takes quadratic time. The halfwidth voicing signs become marks under NFKC.
 */
const EXCESS_MARKS = /([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu;

/**
 * Signed feature hashing (Weinberger et al. 2009, section 2: the sign makes what different features add to each
 * other's slots zero on average). The features are words and the sequences of 3 to 5 characters inside them,
 * with the word's ends as characters, so that inflections and spelling variants are near each other; Han and
 * kana give pairs of characters and single ones instead. A feature counts by the logarithm of its mass, for a
 * word said often says little more than a word said twice.
 */
export class HashedText {
  readonly #features = new FeatureTable();
  /** One word with its ends, as code points. */
  readonly #word = new Uint32Array(HASHED_CHARACTERS + 2);
  readonly #sums = new Float64Array(HASHED_DIMENSION);

  /**
   * The sums of the features, not scaled: zeros for a text without a letter or digit.
   *
   * @param text what {@link folded} returns.
   * @returns an array that belongs to this object and lasts until the next call.
   */
  sums(text: string): Float64Array {
    this.#scan(text);
    const sums = this.#sums.fill(0);
    this.#features.drain((hash, mass) => {
      const at = hash & (HASHED_DIMENSION - 1);
      const sign = (hash & HASHED_DIMENSION) === 0 ? 1 : -1;
      sums[at] = (sums[at] as number) + sign * Math.log1p(mass);
    });
    return sums;
  }

  /** Finds the words and the runs of ideographs, and adds their features. */
  #scan(text: string): void {
    const word = this.#word;
    word[0] = WORD_START;
    let letters = 0;
    /** The ideograph just before, or 0. */
    let before = 0;
    for (let at = 0; at < text.length; at++) {
      const codePoint = text.codePointAt(at) as number;
      if (codePoint > 0xffff) at++;
      const kind = characterClass(codePoint);
      if (kind === CharacterClass.letter || (kind === CharacterClass.mark && letters > 0)) {
        word[++letters] = codePoint;
      } else if (letters > 0) {
        this.#addWord(letters);
        letters = 0;
      }
      if (kind === CharacterClass.ideograph) {
        this.#features.add(hashEnd(hashStep(SINGLE_SEED, codePoint)), GRAM_MASS);
        if (before !== 0) this.#features.add(hashEnd(hashStep(hashStep(PAIR_SEED, before), codePoint)), 1);
        before = codePoint;
      } else if (kind !== CharacterClass.mark) before = 0;
    }
    if (letters > 0) this.#addWord(letters);
  }

  #addWord(letters: number): void {
    const word = this.#word;
    const features = this.#features;
    const mass = Math.min(1, letters / FULL_WORD);
    const end = letters + 1;
    word[end] = WORD_END;
    let hash = WORD_SEED;
    for (let at = 1; at <= letters; at++) hash = hashStep(hash, word[at] as number);
    features.add(hashEnd(hash), mass);
    for (let start = 0; start + SHORTEST_GRAM - 1 <= end; start++) {
      // Longer sequences continue the hash of the shorter ones that begin at the same place.
      hash = GRAM_SEED;
      const last = Math.min(end, start + LONGEST_GRAM - 1);
      for (let at = start; at <= last; at++) {
        hash = hashStep(hash, word[at] as number);
        if (at - start + 1 >= SHORTEST_GRAM) features.add(hashEnd(hash), mass * GRAM_MASS);
      }
    }
  }
}

/** NFKC and lower case; compatibility forms may be longer, so the limit holds before and after. */
export function folded(text: string): string {
  return text
    .slice(0, HASHED_CHARACTERS)
    .replace(EXCESS_MARKS, "$1")
    .normalize("NFKC")
    .toLowerCase()
    .slice(0, HASHED_CHARACTERS);
}

/** One step of FNV-1a, over code points instead of bytes. */
function hashStep(hash: number, codePoint: number): number {
  return Math.imul(hash ^ codePoint, 0x01000193);
}

/** The finaliser of MurmurHash3 (fmix32): every bit of the result depends on every bit of the hash. */
function hashEnd(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
