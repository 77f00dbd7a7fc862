import { createHash } from "node:crypto";

const OPENING = /^[\p{Ps}\p{Pi}"'`¿¡]+/u;
const CLOSING = /[\p{Pe}\p{Pf}"'`.,;:!?…。、，．！？：；]/u;

/**
 * What a text says, as 16 bytes: two texts with the same digest differ only in case, spacing and the
 * punctuation around words. Every word, number, sign and name counts, in order: "turn it on" is no repetition
 * of "turn it off", nor "C#" of "C++", nor "-5" of "5".
 */
export function textDigest(text: string): Uint8Array {
  const words = text
    .normalize("NFC")
    .toLowerCase()
    .replaceAll("’", "'")
    .split(/\s+/)
    .map(bare)
    .filter((word) => word !== "");
  const said = words.length > 0 ? words.join(" ") : text.trim();
  return createHash("sha256").update(said).digest().subarray(0, 16);
}

/** From the end inwards, since a pattern anchored there takes time in the square of a run of punctuation. */
function bare(word: string): string {
  let end = word.length;
  while (end > 0 && CLOSING.test(word[end - 1] as string)) end--;
  return word.slice(0, end).replace(OPENING, "");
}
