import { TermWeights, tellingTerms } from "./termWeights.js";

const OPTION = /^[^\S\n]*(?:[-*•]\s+|\(?(?:[A-Z]|\d{1,2})[.):]\s+)\S.*$/gm;
const BULLET = /^\s*[-*•]\s+/;
const QUOTED = /(?<=[[,]\s*)(?:'((?:[^'\\]|\\.|'(?!\s*[,\]]))*)'|"((?:[^"\\]|\\.)*)")(?=\s*[,\]])/g;

/**
 * The options of a question: a list in brackets, or lines that begin with a letter, a number or a dash. Beside a
 * list in brackets, numbered lines are what has happened before.
 */
export function optionsIn(question: string): string[] {
  const quoted = [...question.matchAll(QUOTED)].map(([, single, double]) => single ?? double ?? "");
  if (quoted.length > 1) return quoted;
  const lines = [...question.matchAll(OPTION)].map(([line]) => line.trim().replace(BULLET, ""));
  return lines.length > 1 ? lines : [];
}

/**
 * The option that the passages support best: whose words, those that tell it from the other options more than
 * the rest, one of the passages holds most of. Undefined for a question without options.
 */
export function bestOption(question: string, passages: readonly string[]): string | undefined {
  const options = optionsIn(question).map((text) => ({ text, terms: tellingTerms(text) }));
  const weights = new TermWeights(options.map(({ terms }) => terms));
  const texts = passages.map(tellingTerms);
  const support = (terms: ReadonlySet<string>) =>
    texts.reduce((best, text) => Math.max(best, weights.share(terms, text)), 0);
  const ranked = options.map(({ text, terms }) => ({ text, support: support(terms) }));
  return ranked.reduce<(typeof ranked)[number] | undefined>(
    (best, option) => (best === undefined || option.support > best.support ? option : best),
    undefined,
  )?.text;
}
