/** Words that end with a full stop without ending a sentence. */
const ABBREVIATIONS = new Set(
  `mr mrs ms dr prof rev hon st mt sr jr gen col maj capt cmdr lt sgt gov sen rep pres supt messrs mme mlle
  inc ltd co corp dept univ assn bros vs etc cf al fig no nos vol pp ed eds ch sec art approx dist est
  jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
  e.g i.e a.m p.m u.s u.k u.n d.c ph.d`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** The end of a sentence: its marks from the first on, what closes after them, and the space behind. */
const END = /(?<![.!?…])([.!?…]+)["'”’)\]]*\s+|(?<![。！？])[。！？]+["”’」』）]*\s*/gu;

/** Characters before a mark that are looked at: the longest abbreviation, or a serial number. */
const WORD_CHARACTERS = 12;

/**
 * The sentences of a text, without the white space between them, in the manner of NLTK's Punkt (Kiss and
 * Strunk, 2006) with a fixed list of abbreviations instead of a trained one. A full stop ends no sentence
 * after an abbreviation, an initial or a serial number, nor before a small letter: so a numbered statement
 * stays with its number, which Punkt may part from it. Time is linear in the text.
 *
 * @example sentencesOf("Dr. Kordan left. 12. It rained.") // ["Dr. Kordan left.", "12. It rained."]
 */
export function* sentencesOf(text: string): Generator<string> {
  let start = 0;
  for (const match of text.matchAll(END)) {
    const end = match.index + match[0].length;
    if (match[1] === "." && !endsSentence(text, match.index, end)) continue;
    const sentence = text.slice(start, end).trim();
    if (sentence !== "") yield sentence;
    start = end;
  }
  const last = text.slice(start).trim();
  if (last !== "") yield last;
}

/** Whether the full stop at `at` is the end of a sentence, where the next one would begin at `next`. */
function endsSentence(text: string, at: number, next: number): boolean {
  const following = text.charAt(next);
  if (/\p{Ll}/u.test(following)) return false;
  const before = text.slice(Math.max(0, at - WORD_CHARACTERS), at);
  const word = /[\p{L}\p{N}.]+$/u.exec(before)?.[0] ?? "";
  const isSerial = /^\d+$/.test(word) && isAtStart(text, at - word.length);
  const isInitial = /^\p{Lu}$/u.test(word) || /^(?:\p{Lu}\.)+\p{Lu}$/u.test(word);
  return !isSerial && !(isInitial && /\p{Lu}/u.test(following)) && !ABBREVIATIONS.has(word.toLowerCase());
}

/** Whether nothing but a line break or the end of a sentence stands before a place. */
function isAtStart(text: string, place: number): boolean {
  if (place === 0) return true;
  const before = text.slice(Math.max(0, place - WORD_CHARACTERS), place);
  return /\n\s*$|[.!?…:。！？]["'”’)\]]*\s+$|^\s+$/.test(before);
}
