const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const ARTICLES = /\b(?:a|an|the)\b/g;

/** SQuAD's normalisation (Rajpurkar et al. 2016): lower case, without ASCII punctuation and articles. */
function normalized(text: string): string {
  return text.toLowerCase().replace(PUNCTUATION, "").replace(ARTICLES, " ").split(/\s+/).join(" ").trim();
}

/** Substring exact match: whether what was said contains the expected answer, both normalised. */
export function containsAnswer(said: string, expected: string): boolean {
  return normalized(said).includes(normalized(expected));
}
