/** A word of a text and where it stands, in UTF-16 units. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’&][\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*/gu;

/** The words of a text, in order: letters and digits of any script, with apostrophes inside. */
export function wordsIn(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(WORD))
    words.push({ text: match[0], start: match.index, end: match.index + match[0].length });
  return words;
}

const LATIN_MARKS = /[\u0300-\u036f]/g;
const POSSESSIVE = /['’]s$/;
const APOSTROPHES = /['’]/g;

/**
 * A word as names are compared: NFKC, lower case, without the marks of Latin letters, without apostrophes and
 * a possessive ending. Letters of every script stay.
 */
export function foldedWord(word: string): string {
  return word
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(LATIN_MARKS, "")
    .normalize("NFC")
    .replace(POSSESSIVE, "")
    .replace(APOSTROPHES, "");
}

/** The key of a name: two spellings with one key are one entity. Empty when there is no letter or digit in it. */
export function entityKey(name: string): string {
  return wordsIn(name.normalize("NFKC"))
    .map((word) => foldedWord(word.text))
    .join(" ");
}
