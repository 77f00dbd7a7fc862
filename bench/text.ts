import { seededRandom } from "../eval/metrics/index.js";

/** Distinct content words, about as many as an adult uses. */
const VOCABULARY = 24_000;

/** Subjects that texts are about, and how many words belong to each. */
const TOPICS = 600;
const TOPIC_WORDS = 48;

/** How a text is made up: share of grammar words, and of the other words those that its topic gives. */
const FUNCTION_SHARE = 0.42;
const TOPIC_SHARE = 0.5;

const SHORTEST_SENTENCE = 8;
const LONGEST_SENTENCE = 30;

/** Zipf's law as Mandelbrot has it: the frequency of the word of rank r is about 1 / (r + SHIFT). */
const SHIFT = 2.7;

const FUNCTION_WORDS =
  `the of and to a in that is was for it on with as be at by this had not are but from or have an they which
  you were her all she there would their we him been has when who will more no if out so said what up its about
  into than them can only other new some could time these two may then do first any my now such like our over`.split(
    /\s+/,
  );

const ONSETS = "b br c ch cl d dr f fl g gr h j k l m n p pl pr r s sh sk st t tr v w".split(" ");
const NUCLEI = "a ai e ea i o oo ou u".split(" ");
const CODAS = "b ck d g l ll m n nd nt p r rd rm s st t x".split(" ");

type Random = () => number;

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)] as T;
}

function word(random: Random): string {
  const syllables = 2 + Math.floor(random() * 2);
  let made = "";
  for (let count = 0; count < syllables; count++) made += pick(ONSETS, random) + pick(NUCLEI, random);
  return made + pick(CODAS, random);
}

/** Running sums of the Zipf weights of `size` ranks, scaled to 1. */
function zipf(size: number): Float64Array {
  const sums = new Float64Array(size);
  let total = 0;
  for (let rank = 0; rank < size; rank++) {
    total += 1 / (rank + SHIFT);
    sums[rank] = total;
  }
  return sums.map((sum) => sum / total);
}

/** A rank drawn by its weight: the first whose running sum is above a uniform number. */
function draw(sums: Float64Array, random: Random): number {
  const at = random();
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] as number) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Language {
  readonly words: readonly string[];
  readonly wordSums: Float64Array;
  readonly functionSums: Float64Array;
  readonly topics: readonly (readonly string[])[];
  readonly topicSums: Float64Array;
}

let language: Language | undefined;

/** Made at the first use: a process that generates nothing does not pay for it. */
function theLanguage(): Language {
  if (language !== undefined) return language;
  const random = seededRandom(20_260_101);
  const words = new Set<string>();
  while (words.size < VOCABULARY) words.add(word(random));
  const listed = [...words];
  language = {
    words: listed,
    wordSums: zipf(VOCABULARY),
    functionSums: zipf(FUNCTION_WORDS.length),
    topics: Array.from({ length: TOPICS }, () =>
      Array.from({ length: TOPIC_WORDS }, () => pick(listed, random)),
    ),
    topicSums: zipf(TOPIC_WORDS),
  };
  return language;
}

function sentence(topic: readonly string[], random: Random): string {
  const { words, wordSums, functionSums, topicSums } = theLanguage();
  const length = SHORTEST_SENTENCE + Math.floor(random() * (LONGEST_SENTENCE - SHORTEST_SENTENCE + 1));
  const chosen = Array.from({ length }, () => {
    if (random() < FUNCTION_SHARE) return FUNCTION_WORDS[draw(functionSums, random)] as string;
    if (random() < TOPIC_SHARE) return topic[draw(topicSums, random)] as string;
    return words[draw(wordSums, random)] as string;
  }).join(" ");
  return `${chosen.charAt(0).toUpperCase()}${chosen.slice(1)}.`;
}

/**
 * One memory of one or two sentences about one topic, in a made-up language with the word frequencies of a
 * real one. The same seed gives the same text on every machine.
 */
export function syntheticText(seed: number): string {
  const random = seededRandom(seed);
  const topic = pick(theLanguage().topics, random);
  const sentences = random() < 0.5 ? 1 : 2;
  return Array.from({ length: sentences }, () => sentence(topic, random)).join(" ");
}

/** Texts of the seeds from `first` on. */
export function syntheticTexts(count: number, first: number): string[] {
  return Array.from({ length: count }, (_, index) => syntheticText(first + index));
}

/** The words of a text that are not grammar, each once, in order. */
export function contentWords(text: string): string[] {
  const grammar = new Set(FUNCTION_WORDS);
  return [...new Set(text.toLowerCase().match(/[a-z]+/g) ?? [])].filter((found) => !grammar.has(found));
}
