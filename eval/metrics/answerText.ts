const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const ARTICLES = wholeWords("a", "an", "the");

/** What Python takes for white space, which is not what JavaScript does; the published scores are Python's. */
const SPACES = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
// A run of white space is looked at once, from its beginning: a model that breaks down answers with thousands.
const BEFORE = new RegExp(`^${SPACES}`);
const BEHIND = new RegExp(`(?<!${SPACES.slice(0, -1)})${SPACES}$`);
const BETWEEN = new RegExp(SPACES, "g");

/** Words where they stand alone, not inside another word. */
export function wholeWords(...words: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${words.join("|")})(?![\\p{L}\\p{N}_])`, "gu");
}

/** A text without the white space around it. */
export function stripped(text: string): string {
  return text.replace(BEFORE, "").replace(BEHIND, "");
}

/** A text whose white space is single spaces, with none around it. */
export function squeezed(text: string): string {
  return stripped(text).replace(BETWEEN, " ");
}

/**
 * The form in which answers are compared, of SQuAD (Rajpurkar et al., 2016): lower case, without ASCII
 * punctuation, without the words a, an and the (or those that are to be dropped instead), with single spaces.
 *
 * @example normalizeAnswer("The  Brandt-couple!") // "brandtcouple"
 */
export function normalizeAnswer(text: string, dropped = ARTICLES): string {
  return squeezed(text.toLowerCase().replace(PUNCTUATION, "").replace(dropped, " "));
}

/** The words of an answer in that form. */
export function answerTokens(text: string, dropped = ARTICLES): string[] {
  const normalized = normalizeAnswer(text, dropped);
  return normalized === "" ? [] : normalized.split(" ");
}
