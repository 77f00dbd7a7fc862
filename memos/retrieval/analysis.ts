import { stemmer } from "stemmer";

/** Longest term kept; what is longer (a base64 blob, a URL) is cut and still findable by its beginning. */
export const TERM_CHARACTERS = 48;

/** Characters of one text that are analysed; the rest is stored, and not found by its words. */
export const ANALYSED_CHARACTERS = 200_000;

const WORD =
  /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’][\p{L}]+)?|\p{Regional_Indicator}{2}|\p{Extended_Pictographic}/gu;
const COMBINING = /[\u0300-\u036f\u064b-\u065f\u0670]/g;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const UNSPACED_RUN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+|[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{M}]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;
const ASCII_WORD = /^[a-z]{3,}$/;
const POSSESSIVE = /['’]s?$/;

const STEM_CACHE = 50_000;
const stems = new Map<string, string>();

function stem(word: string): string {
  let known = stems.get(word);
  if (known === undefined) {
    known = stemmer(word);
    if (stems.size >= STEM_CACHE) stems.clear();
    stems.set(word, known);
  }
  return known;
}

/**
 * The terms of a text, in order: NFKC, lower case, diacritics of Latin and Arabic folded, English endings
 * stemmed. Scripts without spaces give single characters and overlapping pairs. Depends on nothing but the
 * text, so that the index and the query agree for ever.
 */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  const read = text.length > ANALYSED_CHARACTERS ? text.slice(0, ANALYSED_CHARACTERS) : text;
  const folded = read
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(COMBINING, "")
    .normalize("NFC");
  for (const [match] of folded.matchAll(WORD)) {
    if (UNSPACED.test(match)) {
      for (const [run] of match.matchAll(UNSPACED_RUN)) {
        if (UNSPACED.test(run)) pushPairs(run, terms);
        else pushWord(run, terms);
      }
    } else pushWord(match, terms);
  }
  return terms;
}

function pushWord(word: string, terms: string[]): void {
  const bare = word.replace(POSSESSIVE, "").replace("’", "'");
  if (bare === "") return;
  const cut = bare.slice(0, TERM_CHARACTERS);
  terms.push(ASCII_WORD.test(cut) ? stem(cut) : cut);
}

function pushPairs(run: string, terms: string[]): void {
  const characters = [...run];
  for (const [index, character] of characters.entries()) {
    terms.push(character);
    const next = characters[index + 1];
    if (next !== undefined) terms.push(character + next);
  }
}

/** English words that say nothing about what is asked for. Negations are not among them. */
const STOP_WORDS = new Set(
  `a about after all also am an and any are as at be because been before being between both but by can could
  did do doe does doing during each for from further had has have having he her here hers him his how i if in
  into is it it's its just me more most my myself of off on once only or other our ours out over own same she
  should so some such than that the their theirs them then there these they this those through to too under
  until up very was we were what when where which while who whom whose why will with would you your yours
  i'm i've i'd i'll you're you've he's she's we're we've they're that's there's what's let's`
    .split(/\s+/)
    .flatMap((word) => termsOf(word)),
);

/** The terms of a query that carry meaning; all of them when there is nothing else. */
export function queryTerms(query: string): string[] {
  const terms = [...new Set(termsOf(query))];
  const telling = terms.filter((term) => !STOP_WORDS.has(term));
  return telling.length > 0 ? telling : terms;
}

export function isStopWord(term: string): boolean {
  return STOP_WORDS.has(term);
}

const QUOTED = /"([^"]{2,})"|“([^”]{2,})”|«([^»]{2,})»|「([^」]{2,})」/gu;

/** The passages that a query puts in quotation marks, as term sequences. */
export function quotedPhrases(query: string): string[][] {
  return [...query.matchAll(QUOTED)]
    .map((match) => termsOf(match.slice(1).find((group) => group !== undefined) ?? ""))
    .filter((terms) => terms.length > 0);
}

/** Whether a query has no words outside its quotation marks. */
export function isOnlyQuoted(query: string): boolean {
  return termsOf(query.replace(QUOTED, " ")).length === 0;
}

/** 53-bit hash of a term (cyrb53), small enough for a double and a SQLite integer. */
export function termHash(term: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < term.length; index++) {
    const unit = term.charCodeAt(index);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

/** Whether a phrase stands in the terms, in order and without a gap. */
export function containsPhrase(terms: readonly string[], phrase: readonly string[]): boolean {
  for (let start = 0; start + phrase.length <= terms.length; start++)
    if (phrase.every((term, index) => terms[start + index] === term)) return true;
  return false;
}
