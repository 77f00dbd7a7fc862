/** What a code point is to the word scanner. */
export const CharacterClass = {
  /** Between words. */
  gap: 1,
  /** A letter or digit of a script that is hashed by words. */
  letter: 2,
  /** A sign that continues a word and begins none: vowel signs, diacritics. */
  mark: 3,
  /** Of a script that writes no spaces and whose characters carry meaning: Han and kana. */
  ideograph: 4,
} as const;

export type CharacterClass = (typeof CharacterClass)[keyof typeof CharacterClass];

const LETTER = /[\p{L}\p{N}]/u;
const MARK = /\p{M}/u;
// Extensions, so that the prolonged sound mark and the iteration marks go with the kana they stand among.
const IDEOGRAPH = /[\p{Script_Extensions=Han}\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}]/u;

function classify(codePoint: number): CharacterClass {
  const character = String.fromCodePoint(codePoint);
  if (!LETTER.test(character)) return MARK.test(character) ? CharacterClass.mark : CharacterClass.gap;
  return IDEOGRAPH.test(character) ? CharacterClass.ideograph : CharacterClass.letter;
}

/** Classes that were asked for before, by code point; 0 is not yet known. */
const known = new Uint8Array(0x110000);

/** The class of one code point, by the Unicode tables of the JavaScript engine; no locale is involved. */
export function characterClass(codePoint: number): CharacterClass {
  const before = known[codePoint] as CharacterClass | 0;
  if (before !== 0) return before;
  const found = classify(codePoint);
  known[codePoint] = found;
  return found;
}
