/**
 * The stem of a lower-case English word by Porter's algorithm (1980) with the changes of NLTK, which are what
 * ROUGE was published with: `dies` is `die`, `enjoy` keeps its y, and a dozen irregular words have their own
 * stems. The analysis of our own index stems as Porter wrote it, and is another matter.
 *
 * @example porterStem("happily") // "happili"
 */
export function porterStem(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length <= 2) return word;
  return [
    plural,
    pastOrProgressive,
    finalY,
    doubleSuffix,
    fullSuffix,
    lastSuffix,
    finalE,
    finalDoubleL,
  ].reduce((stem, step) => step(stem), word);
}

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ["sky", "sky"],
  ["skies", "sky"],
  ["dying", "die"],
  ["lying", "lie"],
  ["tying", "tie"],
  ["news", "news"],
  ["innings", "inning"],
  ["inning", "inning"],
  ["outings", "outing"],
  ["outing", "outing"],
  ["cannings", "canning"],
  ["canning", "canning"],
  ["howe", "howe"],
  ["proceed", "proceed"],
  ["exceed", "exceed"],
  ["succeed", "succeed"],
]);

/** A suffix, and what stands in its place. */
type Rule = readonly [suffix: string, replacement: string];

/** The first rule whose suffix the word has decides, even where its stem does not allow it. */
function replaced(word: string, rules: readonly Rule[], allowed: (stem: string, suffix: string) => boolean) {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, replacement] = rule;
  const stem = word.slice(0, word.length - suffix.length);
  return allowed(stem, suffix) ? stem + replacement : word;
}

const always = () => true;
const positive = (stem: string) => measure(stem) > 0;

/** Step 1a. */
function plural(word: string): string {
  if (word.length === 4 && word.endsWith("ies")) return word.slice(0, -1);
  const rules: Rule[] = [
    ["sses", "ss"],
    ["ies", "i"],
    ["ss", "ss"],
    ["s", ""],
  ];
  return replaced(word, rules, always);
}

/** Step 1b. */
function pastOrProgressive(word: string): string {
  if (word.endsWith("ied")) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith("eed")) return positive(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const suffix = ["ed", "ing"].find((end) => word.endsWith(end) && hasVowel(word.slice(0, -end.length)));
  if (suffix === undefined) return word;
  const stem = word.slice(0, -suffix.length);
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsDouble(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

/** Step 1c. */
function finalY(word: string): string {
  const stem = word.slice(0, -1);
  if (!word.endsWith("y") || stem.length < 2) return word;
  return isConsonant(stem, stem.length - 1) ? `${stem}i` : word;
}

const DOUBLE_SUFFIXES: readonly Rule[] = [
  ["ational", "ate"],
  ["tional", "tion"],
  ["enci", "ence"],
  ["anci", "ance"],
  ["izer", "ize"],
  ["bli", "ble"],
  ["alli", "al"],
  ["entli", "ent"],
  ["eli", "e"],
  ["ousli", "ous"],
  ["ization", "ize"],
  ["ation", "ate"],
  ["ator", "ate"],
  ["alism", "al"],
  ["iveness", "ive"],
  ["fulness", "ful"],
  ["ousness", "ous"],
  ["aliti", "al"],
  ["iviti", "ive"],
  ["biliti", "ble"],
  ["fulli", "ful"],
  ["logi", "log"],
];

/** Step 2. The l of `logi` counts as the stem's, so that `geology` is treated as `archaeology`. */
function doubleSuffix(word: string): string {
  if (word.endsWith("alli") && positive(word.slice(0, -4))) return doubleSuffix(word.slice(0, -2));
  return replaced(word, DOUBLE_SUFFIXES, (stem, suffix) => positive(suffix === "logi" ? `${stem}l` : stem));
}

const FULL_SUFFIXES: readonly Rule[] = [
  ["icate", "ic"],
  ["ative", ""],
  ["alize", "al"],
  ["iciti", "ic"],
  ["ical", "ic"],
  ["ful", ""],
  ["ness", ""],
];

/** Step 3. */
function fullSuffix(word: string): string {
  return replaced(word, FULL_SUFFIXES, positive);
}

const LAST_SUFFIXES: readonly Rule[] = [
  "al",
  "ance",
  "ence",
  "er",
  "ic",
  "able",
  "ible",
  "ant",
  "ement",
  "ment",
  "ent",
  "ion",
  "ou",
  "ism",
  "ate",
  "iti",
  "ous",
  "ive",
  "ize",
].map((suffix) => [suffix, ""]);

/** Step 4. */
function lastSuffix(word: string): string {
  return replaced(
    word,
    LAST_SUFFIXES,
    (stem, suffix) => measure(stem) > 1 && (suffix !== "ion" || /[st]$/.test(stem)),
  );
}

/** Step 5a. */
function finalE(word: string): string {
  const stem = word.slice(0, -1);
  if (!word.endsWith("e")) return word;
  return measure(stem) > 1 || (measure(stem) === 1 && !endsShort(stem)) ? stem : word;
}

/** Step 5b. */
function finalDoubleL(word: string): string {
  return word.endsWith("ll") && measure(word.slice(0, -1)) > 1 ? word.slice(0, -1) : word;
}

/** One flag a letter: whether it is a consonant. A y is one where the letter before it is none. */
function consonants(word: string): boolean[] {
  const flags: boolean[] = [];
  for (const letter of word)
    flags.push(!"aeiou".includes(letter) && !(letter === "y" && flags.at(-1) === true));
  return flags;
}

function isConsonant(word: string, index: number): boolean {
  return consonants(word)[index] === true;
}

/** Porter's m: how often a vowel is followed by a consonant. */
function measure(stem: string): number {
  const flags = consonants(stem);
  return flags.filter((consonant, index) => consonant && flags[index - 1] === false).length;
}

function hasVowel(stem: string): boolean {
  return consonants(stem).includes(false);
}

function endsDouble(stem: string): boolean {
  return stem.length > 1 && stem.at(-1) === stem.at(-2) && isConsonant(stem, stem.length - 1);
}

/** Whether a stem ends in consonant, vowel, consonant as in `hop`, or is a vowel and a consonant as in `ow`. */
function endsShort(stem: string): boolean {
  const flags = consonants(stem);
  const [last, second, third] = [flags.at(-1), flags.at(-2), flags.at(-3)];
  if (second !== false || last !== true) return false;
  return third === undefined || (third && !/[wxy]$/.test(stem));
}
