import { soughtIn } from "../../agents/longContext/dialogue.js";
import { isStopWord, termsOf } from "../../memos/retrieval/analysis.js";
import { TermWeights, tellingTerms } from "./termWeights.js";

/** A statement with its serial number, alone on a line or among others. */
const NUMBERED = /(?:^|\s)(\d{1,9})\.\s+(?=\S)/g;

/** Statements that share this much of the best one's words with the question are about the same thing. */
const SAME_SHARE = 0.999;

export interface Statement {
  readonly serial: number;
  readonly text: string;
}

/** The numbered statements of some passages, each once. */
export function statementsIn(passages: readonly string[]): Statement[] {
  const statements = new Map<string, Statement>();
  for (const passage of passages) {
    const marks = [...passage.matchAll(NUMBERED)];
    for (const [index, mark] of marks.entries()) {
      const text = passage.slice(mark.index + mark[0].length, marks[index + 1]?.index).trim();
      const serial = Number(mark[1]);
      // The beginning and the whole of a statement that two passages share: the whole one is longer.
      const known = statements.get(String(serial));
      if (known === undefined || known.text.length < text.length)
        statements.set(String(serial), { serial, text });
    }
  }
  return [...statements.values()];
}

/**
 * The value that holds for what is asked: of the statements that share most words with the question the one
 * with the largest serial number, and of it the words at its end that the question does not have. One hop, and
 * no understanding of the words; undefined where there are no numbered statements or none fits.
 */
export function currentValue(question: string, passages: readonly string[]): string | undefined {
  const statements = statementsIn(passages).map((statement) => ({
    ...statement,
    terms: tellingTerms(statement.text),
  }));
  const wanted = tellingTerms(soughtIn(question));
  const weights = new TermWeights(statements.map(({ terms }) => terms));
  const scored = statements.map((statement) => ({
    ...statement,
    share: weights.share(wanted, statement.terms),
  }));
  const best = scored.reduce((most, { share }) => Math.max(most, share), 0);
  if (best === 0) return undefined;
  const same = scored.filter(({ share }) => share >= best * SAME_SHARE);
  const latest = same.reduce((one, other) => (other.serial > one.serial ? other : one));
  return valueIn(latest.text, wanted);
}

/** The longest run of words at the end of a statement, or else anywhere, none of which is asked with. */
function valueIn(statement: string, wanted: ReadonlySet<string>): string | undefined {
  const words = statement.replace(/(?<![.\s])[.\s]+$/, "").split(/\s+/);
  const isAsked = (word: string) => termsOf(word).some((term) => wanted.has(term));
  const isSmall = (word: string) => termsOf(word).every(isStopWord);
  const runs: string[][] = [[]];
  for (const word of words) {
    if (isAsked(word)) runs.push([]);
    else runs.at(-1)?.push(word);
  }
  const values = runs.map((run) => {
    const begin = run.findIndex((word) => !isSmall(word));
    return begin < 0 ? "" : run.slice(begin).join(" ");
  });
  return values.findLast((value) => value !== "");
}
