/** A text as a reader is meant to see it, and where each of its UTF-16 units stood before. */
export interface Folded {
  readonly text: string;
  /** Place in the text of the place in the folded one: of a unit, or of its end. */
  place(at: number): number;
}

/** Characters without a shape: they split words for a program and not for a reader. */
const INVISIBLE = /\u034f|[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/;

/** Letters of another shape: full width, and mathematical alphabets (which are surrogate pairs). */
const FOLDABLE =
  /\u034f|[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\uff01-\uff5e\ud835]|\udb40[\udc00-\udfff]/;

const same = (at: number) => at;

/** Leaves out what cannot be seen and writes letters of unusual shape as plain ones. */
export function fold(text: string): Folded {
  if (!FOLDABLE.test(text)) return { text, place: same };
  const parts: string[] = [];
  const places: number[] = [];
  let at = 0;
  for (const character of text) {
    const shown = foldCharacter(character);
    for (let unit = 0; unit < shown.length; unit++) places.push(at + Math.min(unit, character.length - 1));
    if (shown !== "") parts.push(shown);
    at += character.length;
  }
  places.push(text.length);
  return { text: parts.join(""), place: (unit) => places[unit] ?? text.length };
}

function foldCharacter(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code < 0xad) return character;
  if ((code >= 0xff01 && code <= 0xff5e) || (code >= 0x1d400 && code <= 0x1d7ff))
    return character.normalize("NFKC");
  if ((code >= 0xe0000 && code <= 0xe0fff) || INVISIBLE.test(character)) return "";
  return character;
}
