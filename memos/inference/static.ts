import { sha256 } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { mapInSlices } from "../store/index/slice.js";
import type { Embedder, EmbedderFingerprint, EmbedOptions } from "./embedder.js";
import { folded, HASHED_CHARACTERS, HashedText } from "./hashedText.js";
import { StaticModel } from "./staticModel.js";
import { unitVectorOrZero } from "./unitVector.js";

/** From `dist/memos/inference/`, where this runs both in the checkout and in an installed package. */
const BUNDLED = new URL("../../../models/static-minilm-256.bin", import.meta.url);

/** How much the features of a word without token vectors count; the median token has length 1. */
const HASHED_SHARE = 0.5;

const RECIPE = `static/1 nfkc lower strip-accents ascii-wordpiece sum others-hashed*${HASHED_SHARE} first-${HASHED_CHARACTERS}`;

/** Words whose tokens are remembered: the working vocabulary of a large store, a few megabytes. */
const REMEMBERED_WORDS = 32_768;

/** The model of the package, as long as an embedder of this process has it: reading it takes a tenth of a second. */
let bundled: WeakRef<StaticModel> | undefined;

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
const SPELLED = /^[a-z0-9]+$/;
const MARKS = /\p{M}+/gu;

/**
 * The bundled embedder: the sum of one vector per WordPiece token, brought to unit length; how much a token
 * counts is the length of its vector. The vectors were fitted to a sentence encoder (`models/README.md`).
 *
 * Words that the English vocabulary cannot spell (other scripts, endless words) are hashed by their characters
 * ({@link HashedText}) into the same space, so that different ones stay different. The same text gives the same
 * bytes on every machine. A text without a letter or digit gives the zero vector.
 */
export class StaticEmbedder implements Embedder {
  readonly fingerprint: EmbedderFingerprint;
  readonly fusionWeight = 0.02;
  readonly #model: StaticModel;
  readonly #hashed = new HashedText();
  readonly #tokens = new Map<string, readonly number[]>();
  readonly #sums: Float64Array;

  private constructor(model: StaticModel) {
    this.#model = model;
    this.#sums = new Float64Array(model.dimension);
    this.fingerprint = {
      name: "static",
      dimension: model.dimension,
      hash: sha256(`${RECIPE} ${model.checksum}`),
    };
  }

  /**
   * Reads the model that comes with the package.
   *
   * @param path another file that `models/distill.py` wrote, with 256 dimensions.
   * @throws MemosError EMBEDDER_FAILED when the file is missing or damaged.
   */
  static async load(path: string | URL = BUNDLED): Promise<StaticEmbedder> {
    if (path !== BUNDLED) return new StaticEmbedder(await StaticModel.read(path));
    const model = bundled?.deref() ?? (await StaticModel.read(path));
    bundled = new WeakRef(model);
    return new StaticEmbedder(model);
  }

  /** Gives way to the event loop between texts. Queries and passages are treated alike. */
  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    throwIfAborted(options.signal);
    return mapInSlices(texts, (text) => {
      throwIfAborted(options.signal);
      return this.#embed(text);
    });
  }

  #embed(text: string): Float32Array {
    const sums = this.#sums.fill(0);
    let others = "";
    const tokens: number[] = [];
    for (const [word] of folded(text).matchAll(WORD)) {
      const pieces = this.#pieces(word);
      for (const token of pieces) tokens.push(token);
      if (pieces.length === 0) others += ` ${word}`;
    }
    this.#model.addTo(sums, tokens);
    if (others !== "") {
      const hashed = this.#hashed.sums(others);
      for (let at = 0; at < sums.length; at++)
        sums[at] = (sums[at] as number) + HASHED_SHARE * (hashed[at] as number);
    }
    return unitVectorOrZero(sums, this.#model.dimension);
  }

  #pieces(word: string): readonly number[] {
    const before = this.#tokens.get(word);
    if (before !== undefined) return before;
    const plain = SPELLED.test(word) ? word : word.normalize("NFD").replace(MARKS, "");
    const found = SPELLED.test(plain) ? this.#model.pieces(plain) : [];
    if (this.#tokens.size >= REMEMBERED_WORDS) this.#tokens.clear();
    this.#tokens.set(word, found);
    return found;
  }
}
