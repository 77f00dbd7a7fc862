/** Scripts that are written without spaces: there a word is found wherever it stands. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Whether a text says what was expected: its words, one after the other, whatever case and punctuation they have. */
export function holds(text: string, expected: string): boolean {
  const words = wordsOf(expected);
  if (words === "") return false;
  return UNSPACED.test(words) ? wordsOf(text).includes(words) : ` ${wordsOf(text)} `.includes(` ${words} `);
}

function wordsOf(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();
}
