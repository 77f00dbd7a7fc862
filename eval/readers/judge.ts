import { sha256 } from "../../memcube/index.js";
import { generated, type Speaker } from "./generate.js";

export type Verdict = "yes" | "no" | "unreadable";

/** What counts as correct, by the types of questions of LongMemEval (Wu et al., ICLR 2025). */
const CRITERIA: Readonly<Record<string, string>> = {
  "temporal-reasoning":
    "The response is correct when it gives the answer, in any words. A number of days, weeks or months that is off by one is still correct.",
  "knowledge-update":
    "The response is correct when it gives the answer as the value that holds now, whether or not it mentions earlier values as well.",
  "single-session-preference":
    "The answer describes what a good response would take into account about the user. The response is correct when it makes use of that, not necessarily of every point.",
  abstention:
    "The question cannot be answered from what is known, and the answer says why. The response is correct when it says that it does not know, or that the information is not there.",
};
const OTHER =
  "The response is correct when it gives the answer, in any words or with all steps that lead to it. A part of what is asked for is not enough.";

const QUESTION = `{criterion}

Question: {question}

Correct answer: {gold}

Response: {response}

Is the response correct? Reply with yes or no and nothing else.`;

const SYSTEM = "You judge whether a response to a question is correct.";
const VERDICT_TOKENS = 10;

/** Changes with every word that a judge is asked: verdicts under different hashes are not to be compared. */
export const JUDGE_HASH = sha256(JSON.stringify([SYSTEM, CRITERIA, OTHER, QUESTION]));

export interface Judged {
  readonly question: string;
  readonly golds: readonly string[];
  readonly response: string;
  /** As the data calls it. */
  readonly type?: string | undefined;
  /** Ids of questions without an answer end with `_abs`. */
  readonly id?: string | undefined;
}

/** Asks a model whether a response is correct. */
export async function judge(engine: Speaker, judged: Judged, signal?: AbortSignal): Promise<Verdict> {
  const type = judged.id?.endsWith("_abs") === true ? "abstention" : (judged.type ?? "");
  const parts: Readonly<Record<string, string>> = {
    criterion: Object.hasOwn(CRITERIA, type) ? (CRITERIA[type] as string) : OTHER,
    question: judged.question,
    gold: judged.golds.join(" / "),
    response: judged.response,
  };
  const user = QUESTION.replace(/\{(\w+)\}/g, (_, name: string) => parts[name] as string);
  const { text } = await generated(engine, { system: SYSTEM, user, maxTokens: VERDICT_TOKENS, signal });
  return verdictOf(text);
}

/** Yes or no where that is what was said, and nothing where it is not: an unclear judge never counts as yes. */
export function verdictOf(text: string): Verdict {
  const words = new Set(text.toLowerCase().match(/\p{L}+/gu) ?? []);
  if (words.has("yes") === words.has("no")) return "unreadable";
  return words.has("yes") ? "yes" : "no";
}
