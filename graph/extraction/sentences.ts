/** A half-open range of UTF-16 units of a text. */
export type Span = readonly [start: number, end: number];

/** Characters of the longest sentence; a longer run without an end is cut, so that rules stay linear. */
export const SENTENCE_CHARACTERS = 1_000;

const BOUNDARY = /[.!?…]+["'”’»)\]]*(?=\s|$)|[。！？]+[」』”’)]*|\n/gu;
const LAST_WORD = /(?:^|[\s("“'‘[])([\p{L}\p{M}.]{1,12})$/u;
const ABBREVIATION =
  /^(?:Mrs?|Ms|Dr|Prof|St|Ste|Mt|Ft|Gen|Col|Lt|Sgt|Capt|Rev|Hon|Sen|Rep|Gov|Jr|Sr|No|Nos|Vol|Fig|vs|etc|approx|ca|c|fl|bef|aft|cf|eg|ie|e\.g|i\.e|Co|Corp|Inc|Ltd|Bros|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)$/u;
const INITIALS = /^\p{Lu}(?:\.\p{Lu})*$/u;
const STARTS_SENTENCE =
  /^\s+["“'‘(]?(?:He|She|It|They|We|You|The|This|That|These|Those|There|His|Her|Its|Their|My|Our|In|On|At|As|After|Before|During|Since|When|While|Although|However|But|And|So)\b/u;

/** Whether a full stop after `before` belongs to an abbreviation or an initial, and not to a sentence. */
function isAbbreviated(before: string, after: string): boolean {
  const word = LAST_WORD.exec(before)?.[1];
  if (word === undefined) return false;
  if (ABBREVIATION.test(word)) return true;
  if (!INITIALS.test(word)) return false;
  return !(word.includes(".") && STARTS_SENTENCE.test(after));
}

/**
 * The sentences of a text, in order, without the white space around them: they end at `. ! ? …` before a
 * space, at the full stops of Chinese and Japanese, and at line breaks. Abbreviations and initials do not end
 * one, nor does a full stop before a lower-case letter.
 *
 * @example
 * sentencesIn("Dr. Silva lives in Porto. So do I."); // [[0, 25], [26, 34]]
 */
export function sentencesIn(text: string): Span[] {
  const sentences: Span[] = [];
  let start = 0;
  for (const match of text.matchAll(BOUNDARY)) {
    const end = match.index + match[0].length;
    if (match[0].startsWith(".") && !match[0].startsWith("..")) {
      const after = text.slice(end, end + 24);
      if (/^\s+\p{Ll}/u.test(after)) continue;
      if (isAbbreviated(text.slice(Math.max(start, match.index - 14), match.index), after)) continue;
    }
    pushTrimmed(text, start, end, sentences);
    start = end;
  }
  pushTrimmed(text, start, text.length, sentences);
  return sentences;
}

function pushTrimmed(text: string, from: number, to: number, sentences: Span[]): void {
  let start = from;
  let end = to;
  while (start < end && isSpace(text, start)) start++;
  while (end > start && isSpace(text, end - 1)) end--;
  while (end - start > SENTENCE_CHARACTERS) {
    const cut = cutBefore(text, start);
    sentences.push([start, cut]);
    start = cut;
    while (start < end && isSpace(text, start)) start++;
  }
  if (end > start) sentences.push([start, end]);
}

/** The last white space of the longest sentence from `start`, or its very end, never inside a surrogate pair. */
function cutBefore(text: string, start: number): number {
  const limit = start + SENTENCE_CHARACTERS;
  for (let at = limit; at > start + SENTENCE_CHARACTERS / 2; at--) if (isSpace(text, at)) return at;
  const unit = text.charCodeAt(limit);
  return unit >= 0xdc00 && unit <= 0xdfff ? limit - 1 : limit;
}

function isSpace(text: string, index: number): boolean {
  return /\s/u.test(text.charAt(index));
}
