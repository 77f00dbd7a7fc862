import { TIME_WORDS } from "./timeWords.js";

const TELLS: ReadonlyMap<string, RegExp> = new Map(
  Object.entries(TIME_WORDS).flatMap(([language, { tells }]) =>
    tells === "" ? [] : [[language, bounded(tells)] as const],
  ),
);

/** Of English; where it and another have as many it is English. */
const ENGLISH = bounded(
  "the|and|of|what|did|do|does|was|were|is|are|when|where|who|how|my|your|with|about|last|ago|we|you|it|she|he|they|this|that|i|his|her|their|our|in|on|for|from|to|have|had|can|be",
);

/**
 * In which languages other than English a text may be: by its script, or those that most of its telling words belong
 * to. Several where it says too little.
 */
export function languagesOf(text: string): string[] {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return ["ja"];
  if (/\p{Script=Han}/u.test(text)) return ["zh", "ja"];
  if (/\p{Script=Cyrillic}/u.test(text)) return ["ru"];
  const counts = [...TELLS].map(([language, tells]) => [language, matchesOf(text, tells)] as const);
  const most = Math.max(...counts.map(([, count]) => count));
  const english = matchesOf(text, ENGLISH);
  if (english > 0 && most <= english) return [];
  return counts.filter(([, count]) => count === most).map(([language]) => language);
}

/** Whether a word says nothing about what is asked for, in one of the languages. */
export function isFunctionWord(word: string, languages: readonly string[]): boolean {
  return languages.some((language) => TELLS.get(language)?.exec(word)?.[0] === word);
}

/** A pattern that stands for whole words. */
export function bounded(source: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${source})(?![\\p{L}\\p{N}])`, "iu");
}

function matchesOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(new RegExp(pattern, "giu"))].length;
}
