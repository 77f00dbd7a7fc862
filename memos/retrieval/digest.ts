import { createHash } from "node:crypto";
import { isStopWord, termsOf } from "./analysis.js";

/**
 * What a text says, as 16 bytes: two texts with the same digest differ only in case, punctuation, spacing,
 * diacritics, inflection or words that carry no meaning. Order, numbers, names and negations count, so a
 * changed value is never taken for a repetition.
 */
export function textDigest(text: string): Uint8Array {
  const terms = termsOf(text);
  const telling = terms.filter((term) => !isStopWord(term));
  const said = telling.length > 0 ? telling.join(" ") : terms.length > 0 ? terms.join(" ") : text.trim();
  // The analysis reads a bounded beginning; a longer text is only a repetition when all of it is.
  return createHash("sha256")
    .update(said)
    .update(terms.length > 0 && text.length <= 200_000 ? "" : text)
    .digest()
    .subarray(0, 16);
}
