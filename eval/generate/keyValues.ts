import { distinct } from "./distinct.js";
import { filled } from "./filled.js";
import { type Random, randomOf } from "./random.js";
import { checkRowOptions, enough, type GeneratedRow, type RowOptions, rowOf, sizeName } from "./row.js";
import { COLOURS, THINGS } from "./storyWords.js";

/** Keys that have the same words and differ in their numbers. */
const ALIKE = 4;

interface Pair {
  readonly key: string;
  readonly value: string;
}

/**
 * Pairs of keys and values in random order, and questions for the values of some. Every key shares its words with
 * others, so that it takes the whole key to find its value (after the key-value retrieval of SCBench, Li et al.,
 * 2025). The same options give the same row.
 *
 * @throws MemosError INVALID_INPUT for lengths out of range, or more questions than pairs.
 */
export async function generateKeyValues(options: RowOptions): Promise<GeneratedRow> {
  checkRowOptions(options);
  const random = randomOf(options.seed);
  const groups = await filled(options.tokens, groupMaker(random), (pairs) => pairs.map(lineOf).join("\n"));
  const pairs = groups.flat();
  const asked = enough(random.shuffle(pairs), options);
  return rowOf(
    `ruler_kv_${sizeName(options.tokens)}`,
    random.shuffle(pairs).map(lineOf).join("\n"),
    asked.map((pair) => ({
      question: `What is the value of ${pair.key}?`,
      answers: [pair.value],
      evidence: [lineOf(pair)],
    })),
  );
}

/** No key and no value comes twice. */
function groupMaker(random: Random): () => Pair[] {
  const [key, value] = [distinct(), distinct()];
  return () => {
    const words = `${random.pick(COLOURS)}-${random.pick(THINGS)}`;
    return Array.from({ length: ALIKE }, () => ({
      key: key(() => `${words}-${random.between(1_000, 9_999)}`),
      value: value(() => String(random.between(1_000_000, 9_999_999))),
    }));
  };
}

function lineOf({ key, value }: Pair): string {
  return `The value of ${key} is ${value}.`;
}
