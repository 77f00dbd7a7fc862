/** Whether an answer says what was expected: its words, one after the other, whatever case and punctuation they have. */
export function holds(answer: string, expected: string): boolean {
  const words = wordsOf(expected);
  return words !== "" && ` ${wordsOf(answer)} `.includes(` ${words} `);
}

function wordsOf(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();
}
