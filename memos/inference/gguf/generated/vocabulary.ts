/** A SentencePiece vocabulary as GGUF stores it: one entry of each list for each token. */
export interface Vocabulary {
  readonly pieces: readonly string[];
  readonly scores: Float32Array;
  readonly types: Int32Array;
  readonly unknown: number;
  readonly begin: number;
  /** `<|im_end|>`: generation stops at it. */
  readonly end: number;
  /** Unknown, control tokens and bytes: what a model of random weights should not say by itself. */
  readonly unspoken: ReadonlySet<number>;
}

const TYPE = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

/** SentencePiece's sign for a space. */
const SPACE = "▁";

const WORDS =
  "the of and to in a is that for it as was with be by on not he this are or his from at which but have an had they " +
  "you were their one all we can her has there been if more when will would who so no she other its may these what " +
  "them than some him time into only do such my new about out also two any up first could our then most see me should " +
  "after said your very between made many over did like those before must through well where much people down user " +
  "assistant system memory note about likes lives works city name day year friend remember answer question";

const CONSONANTS = [..."bcdfghjklmnpqrstvwxz"];
const VOWELS = [..."aeiouy"];

/**
 * A vocabulary of `size` pieces: unknown, begin, end, 256 bytes (every text can be spelled), ChatML's two control
 * tokens, printable characters, English words with all their beginnings (so that merging reaches them), pairs of
 * letters, then invented words of ever more syllables.
 */
export function vocabulary(size: number): Vocabulary {
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  );
  const special = ["<unk>", "<s>", "</s>", ...bytes, "<|im_start|>", "<|im_end|>"];
  const known = new Set<string>();
  for (const piece of textPieces()) {
    if (special.length + known.size === size) break;
    known.add(piece);
  }
  const pieces = [...special, ...known];
  const types = new Int32Array(size).fill(TYPE.normal);
  types[0] = TYPE.unknown;
  types.fill(TYPE.byte, 3, 3 + bytes.length);
  for (const token of [1, 2, special.length - 2, special.length - 1]) types[token] = TYPE.control;
  // Merging prefers the higher score: earlier pieces are the more frequent ones.
  const scores = Float32Array.from({ length: size }, (_, token) => Math.min(0, special.length - 1 - token));
  return {
    pieces,
    scores,
    types,
    unknown: 0,
    begin: 1,
    end: special.length - 1,
    unspoken: new Set(special.keys()),
  };
}

function* textPieces(): Generator<string> {
  yield SPACE;
  for (let code = 0x21; code < 0x7f; code++) yield String.fromCharCode(code);
  for (const word of WORDS.split(" "))
    for (let length = 1; length <= word.length; length++) yield SPACE + word.slice(0, length);
  const letters = [...CONSONANTS, ...VOWELS];
  for (const first of letters) for (const second of letters) yield first + second;
  let words = [SPACE];
  while (true) {
    const longer: string[] = [];
    for (const word of words)
      for (const consonant of CONSONANTS)
        for (const vowel of VOWELS) {
          longer.push(word + consonant + vowel);
          yield word + consonant;
          yield word + consonant + vowel;
        }
    words = longer;
  }
}
