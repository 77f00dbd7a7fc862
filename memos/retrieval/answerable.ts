import { isStopWord, termsOf } from "./analysis.js";

/** Results that are looked at: the best ones. */
export const LOOKED_AT = 10;

/** A result as it is judged: its own terms, and who said it. */
export interface JudgedResult {
  readonly terms: readonly string[];
  readonly actor: string;
}

/** How much more a result counts that holds all of what is asked, against one that holds nothing: e to this power. */
const SHARPNESS = 4;

/**
 * Log-odds of an answer: with nothing, what the attribution adds, and what the coverage adds. Fitted to the questions
 * of six LoCoMo conversations: those with an answer, against adversarial ones and questions about other people.
 */
const LOG_ODDS = { bias: -3.2, attribution: 5, coverage: 1.3 } as const;

/** Words with a capital, but for that which begins a text: looked for in a text without white space before it. */
const CAPITALISED = /(?<=\s)\p{Lu}[\p{L}\p{N}\p{M}]*/gu;

/**
 * How likely memory holds an answer to a question, 0 to 1, by what a search for it has found. Two things speak for it:
 *
 * - coverage: the largest share of what is asked, its names apart, that one result holds;
 * - attribution: the share of the results that are of a person whom the question names, each counted by its coverage.
 *   What somebody else has done is no answer about them. Where nobody who is named has said anything, it is the share
 *   of the results that name one; where the question has no names, it is the coverage.
 *
 * @param results the best first.
 */
export function answerability(question: string, results: readonly JudgedResult[]): number {
  const judged = results.slice(0, LOOKED_AT).map(({ terms, actor }) => ({
    terms: new Set(terms),
    actor: new Set(termsOf(actor)),
  }));
  if (judged.length === 0) return 0;
  const actors = new Set(judged.flatMap(({ actor }) => [...actor]));
  const capitalised = new Set(
    [...question.trimStart().matchAll(CAPITALISED)].flatMap(([word]) => termsOf(word)),
  );
  const asked = new Set(termsOf(question).filter((term) => !isStopWord(term)));
  const isName = (term: string) => capitalised.has(term) || actors.has(term);
  const names = [...asked].filter(isName);
  const content = [...asked].filter((term) => !isName(term));
  const shares = judged.map(({ terms }) =>
    content.length === 0 ? 0 : content.filter((term) => terms.has(term)).length / content.length,
  );
  const coverage = Math.max(...shares);
  const said = judged.map(({ actor }) => names.some((name) => actor.has(name)));
  const mentioned = judged.map(({ terms }, at) => said[at] || names.some((name) => terms.has(name)));
  const attributed = said.includes(true) ? said : mentioned;
  const weights = shares.map((share) => Math.exp(SHARPNESS * share));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const attribution =
    names.length === 0
      ? coverage
      : weights.reduce((sum, weight, at) => sum + (attributed[at] === true ? weight : 0), 0) / total;
  const { bias } = LOG_ODDS;
  return 1 / (1 + Math.exp(-(bias + LOG_ODDS.attribution * attribution + LOG_ODDS.coverage * coverage)));
}
