import { readFile } from "node:fs/promises";
import { Tokenizer } from "@huggingface/tokenizers";
import { MemosError, sha256 } from "../../memcube/index.js";
import { HASHED_DIMENSION } from "./hashedText.js";

const MAGIC = "MEMOSVEC";
const VERSION = 1;
const HEADER_BYTES = 56;
const UNKNOWN = "[UNK]";

/** The longest word that is taken apart into pieces, as in BERT; longer ones are unknown. */
export const LONGEST_WORD = 100;

/**
 * One vector per token, read from a file that `models/distill.py` wrote (little endian):
 *
 *     0   "MEMOSVEC"
 *     8   uint32  version, tokens, dimension, bytes of the vocabulary
 *     24  SHA-256 of everything that follows
 *     56  vocabulary: a token a line, padded with line ends to four bytes
 *         float32 scale of each token
 *         int8    numbers, a row per token
 */
export class StaticModel {
  readonly dimension: number;
  /** SHA-256 of the content, in hexadecimal. */
  readonly checksum: string;
  readonly #scales: Float32Array;
  readonly #rows: Int8Array;
  readonly #ids: ReadonlyMap<string, number>;
  #tokenizer: Tokenizer | undefined;

  private constructor(file: Uint8Array) {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const ascii = new TextDecoder("latin1");
    if (file.length < HEADER_BYTES || ascii.decode(file.subarray(0, 8)) !== MAGIC)
      throw new Error("it is not a file of token vectors");
    const [version, tokens, dimension, names] = [8, 12, 16, 20].map((at) => view.getUint32(at, true)) as [
      number,
      number,
      number,
      number,
    ];
    if (version !== VERSION) throw new Error(`its version is ${version}, not ${VERSION}`);
    const expected = HEADER_BYTES + names + tokens * (4 + dimension);
    if (dimension !== HASHED_DIMENSION || names % 4 !== 0 || file.length !== expected)
      throw new Error(`it has ${file.length} bytes where its header says ${expected}`);
    const body = file.subarray(HEADER_BYTES);
    this.checksum = sha256(body);
    if (this.checksum !== Buffer.from(file.subarray(24, HEADER_BYTES)).toString("hex"))
      throw new Error("its checksum is wrong");
    const vocabulary = ascii.decode(body.subarray(0, names)).trimEnd().split("\n");
    if (vocabulary.length !== tokens) throw new Error(`it names ${vocabulary.length} of ${tokens} tokens`);
    this.dimension = dimension;
    this.#scales = Float32Array.from({ length: tokens }, (_, at) =>
      view.getFloat32(HEADER_BYTES + names + 4 * at, true),
    );
    this.#rows = new Int8Array(
      file.buffer,
      file.byteOffset + HEADER_BYTES + names + 4 * tokens,
      tokens * dimension,
    );
    this.#ids = new Map(vocabulary.map((token, at) => [token, at]));
  }

  /** @throws MemosError EMBEDDER_FAILED when the file is missing, cannot be read or is not whole. */
  static async read(path: string | URL): Promise<StaticModel> {
    try {
      return new StaticModel(await readFile(path));
    } catch (cause) {
      const fault = cause instanceof Error ? cause.message : String(cause);
      throw new MemosError("EMBEDDER_FAILED", `The model of token vectors cannot be used: ${fault}.`, {
        cause,
      });
    }
  }

  /**
   * The tokens of one word, as row numbers; none when the vocabulary cannot spell it.
   *
   * @param word letters a to z and digits.
   */
  pieces(word: string): readonly number[] {
    const whole = this.#ids.get(word);
    if (whole !== undefined) return [whole];
    if (word.length > LONGEST_WORD) return [];
    // Most words are whole, and making it takes longer than a whole search.
    this.#tokenizer ??= wordPieces([...this.#ids.keys()]);
    const pieces: string[] = this.#tokenizer.tokenize(word, { add_special_tokens: false });
    const ids = pieces.map((piece): number | undefined => this.#ids.get(piece));
    return ids.every((id) => id !== undefined) ? ids : [];
  }

  /** Adds the vectors of tokens, one after the other. */
  addTo(sums: Float64Array, tokens: readonly number[]): void {
    const rows = this.#rows;
    const at = (token: number) => (tokens[token] as number) * HASHED_DIMENSION;
    const scale = (token: number) => this.#scales[tokens[token] as number] as number;
    const whole = tokens.length - (tokens.length % 4);
    // Four tokens at a time, summed in their order: the bits are those of one at a time, in half the time.
    for (let token = 0; token < whole; token += 4) {
      const [r0, r1, r2, r3] = [at(token), at(token + 1), at(token + 2), at(token + 3)];
      const [s0, s1, s2, s3] = [scale(token), scale(token + 1), scale(token + 2), scale(token + 3)];
      for (let i = 0; i < HASHED_DIMENSION; i++)
        sums[i] =
          (sums[i] as number) +
          s0 * (rows[r0 + i] as number) +
          s1 * (rows[r1 + i] as number) +
          s2 * (rows[r2 + i] as number) +
          s3 * (rows[r3 + i] as number);
    }
    for (let token = whole; token < tokens.length; token++) {
      const row = at(token);
      const factor = scale(token);
      for (let i = 0; i < HASHED_DIMENSION; i++)
        sums[i] = (sums[i] as number) + factor * (rows[row + i] as number);
    }
  }
}

function wordPieces(vocabulary: readonly string[]): Tokenizer {
  const vocab = Object.fromEntries([...vocabulary, UNKNOWN].map((token, at) => [token, at]));
  const model = {
    type: "WordPiece",
    vocab,
    unk_token: UNKNOWN,
    continuing_subword_prefix: "##",
    max_input_chars_per_word: LONGEST_WORD,
  };
  return new Tokenizer(
    { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, model },
    {},
  );
}
