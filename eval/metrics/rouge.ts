import { countsOf } from "./overlap.js";
import { porterStem } from "./porterStem.js";

export interface Rouge {
  readonly recall: number;
  readonly f1: number;
}

const NOTHING: Rouge = { recall: 0, f1: 0 };

/** Shorter words are not stemmed. */
const STEMMED_FROM = 4;

/** The words that ROUGE compares, as in Google's `rouge_score`: runs of ASCII letters and digits, stemmed. */
export function rougeTokens(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.map((word) => (word.length < STEMMED_FROM ? word : porterStem(word)));
}

/**
 * ROUGE-L (Lin, 2004): the longest common subsequence of words, as a share of the gold and as F1.
 *
 * @example rougeL("the cat sat", "the cat ran") // { recall: 2/3, f1: 2/3 }
 */
export function rougeL(prediction: string, gold: string): Rouge {
  const predicted = rougeTokens(prediction);
  const expected = rougeTokens(gold);
  return scored(new CommonSubsequence(expected, predicted).length, expected.length, predicted.length);
}

/**
 * ROUGE-Lsum (Lin, 2004, section 3.2): for each line of the gold the union of its longest common
 * subsequences with every line of the prediction, no word counted more often than either text has it.
 */
export function rougeLsum(prediction: string, gold: string): Rouge {
  const predicted = prediction.split("\n").map(rougeTokens);
  const expected = gold.split("\n").map(rougeTokens);
  const left = [countsOf(predicted.flat()), countsOf(expected.flat())];
  let hits = 0;
  for (const line of expected) {
    const union = new Set(predicted.flatMap((other) => new CommonSubsequence(line, other).positions()));
    for (const position of [...union].sort((a, b) => a - b)) {
      const word = line[position] as string;
      if (left.some((counts) => (counts.get(word) ?? 0) === 0)) continue;
      for (const counts of left) counts.set(word, (counts.get(word) as number) - 1);
      hits++;
    }
  }
  return scored(hits, expected.flat().length, predicted.flat().length);
}

function scored(hits: number, expected: number, predicted: number): Rouge {
  if (hits === 0) return NOTHING;
  const [recall, precision] = [hits / expected, hits / predicted];
  return { recall, f1: (2 * precision * recall) / (precision + recall) };
}

/**
 * The table of the longest common subsequences of all beginnings of two lists:
 *
 *        ""  the cat ran
 *     ""  0   0   0   0
 *    the  0   1   1   1
 *    cat  0   1   2   2    <- of "the cat" and "the cat ran": 2
 */
class CommonSubsequence {
  readonly #rows: readonly string[];
  readonly #columns: readonly string[];
  readonly #cells: Uint32Array;
  readonly #width: number;

  constructor(rows: readonly string[], columns: readonly string[]) {
    this.#rows = rows;
    this.#columns = columns;
    this.#width = columns.length + 1;
    this.#cells = new Uint32Array((rows.length + 1) * this.#width);
    for (let row = 1; row <= rows.length; row++)
      for (let column = 1; column <= columns.length; column++)
        this.#cells[row * this.#width + column] =
          rows[row - 1] === columns[column - 1]
            ? this.#at(row - 1, column - 1) + 1
            : Math.max(this.#at(row - 1, column), this.#at(row, column - 1));
  }

  get length(): number {
    return this.#at(this.#rows.length, this.#columns.length);
  }

  /** Where in the rows one of the longest stands; of equal ones the one that Google's implementation takes. */
  positions(): number[] {
    const found: number[] = [];
    let [row, column] = [this.#rows.length, this.#columns.length];
    while (row > 0 && column > 0) {
      if (this.#rows[row - 1] === this.#columns[column - 1]) {
        found.push(row - 1);
        row--;
        column--;
      } else if (this.#at(row, column - 1) > this.#at(row - 1, column)) column--;
      else row--;
    }
    return found;
  }

  #at(row: number, column: number): number {
    return this.#cells[row * this.#width + column] as number;
  }
}
