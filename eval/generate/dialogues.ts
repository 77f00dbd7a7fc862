import { type GeneratedRow, rowOf } from "./row.js";
import { type GeneratedQuestion, generateSessions, type SessionsOptions } from "./sessions.js";

/** Kinds of questions of generated sessions; of each there is one, so that no two speak of the same thing. */
const QUESTIONS = 5;

/**
 * One history for several questions, as LongMemEval's S* in MemoryAgentBench has it: the sessions of all of them,
 * in the order of their dates.
 */
export function generateDialogues({
  source,
  ...options
}: Omit<SessionsOptions, "questions"> & { readonly source: string }): GeneratedRow {
  const asked = generateSessions({ ...options, questions: QUESTIONS });
  const sessions = asked.flatMap(({ haystack_dates, haystack_sessions }) =>
    haystack_sessions.map((turns, index) => ({ date: haystack_dates[index] as string, turns })),
  );
  sessions.sort((one, other) => (one.date < other.date ? -1 : 1));
  return rowOf(
    source,
    sessions.map(({ date, turns }) => `Chat Time: ${date}\n${turns.map(lineOf).join("\n")}`).join("\n\n"),
    asked.map(({ question, answer, ...rest }) => ({ question, answers: [answer], evidence: told(rest) })),
    {
      haystack_sessions: asked.map(({ haystack_sessions }) => haystack_sessions),
      question_dates: asked.map(({ question_date }) => question_date),
      question_ids: asked.map(({ question_id }) => question_id),
      question_types: asked.map(({ question_type }) => question_type),
    },
  );
}

function lineOf({ role, content }: { readonly role: string; readonly content: string }): string {
  return `${role}: ${content}`;
}

function told({ haystack_sessions }: Pick<GeneratedQuestion, "haystack_sessions">): string[] {
  return haystack_sessions.flatMap((turns) =>
    turns.flatMap(({ has_answer, content }) => (has_answer === true ? [content] : [])),
  );
}
