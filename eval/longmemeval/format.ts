import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { parse } from "../../memos/parse.js";
import { readJsonFile } from "../jsonFile.js";

/** Where the published data is. */
const PUBLISHED = "the published files are linked from https://github.com/xiaowu0162/LongMemEval";

const turnSchema = z.object({
  role: z.enum(["user", "assistant"]),
  content: z.string(),
  has_answer: z.boolean().optional(),
});

const DATE = /^(\d{4})\/(\d{2})\/(\d{2}) \([A-Z][a-z]{2}\) (\d{2}):(\d{2})$/;

/** "2023/05/20 (Sat) 02:21", read as UTC because the format names no zone. */
const dateSchema = z.string().transform((text, context) => {
  const [, year, month, day, hour, minute] = (DATE.exec(text) ?? []).map(Number);
  const instant = new Date(Date.UTC(year ?? Number.NaN, (month ?? 0) - 1, day, hour, minute));
  if (!Number.isNaN(instant.getTime()) && instant.getUTCDate() === day) return instant.toISOString();
  context.addIssue(`"${text}" is not a date as LongMemEval writes it ("2023/05/20 (Sat) 02:21")`);
  return z.NEVER;
});

const questionSchema = z
  .object({
    question_id: z.string().min(1),
    question_type: z.string().min(1),
    question: z.string().min(1),
    answer: z.union([z.string(), z.number()]).transform(String),
    question_date: dateSchema,
    haystack_session_ids: z.array(z.string().min(1)).min(1),
    haystack_dates: z.array(dateSchema),
    haystack_sessions: z.array(z.array(turnSchema)),
    answer_session_ids: z.array(z.string()),
  })
  .refine(
    (row) =>
      row.haystack_sessions.length === row.haystack_session_ids.length &&
      row.haystack_dates.length === row.haystack_session_ids.length,
    "haystack_session_ids, haystack_dates and haystack_sessions are not equally long",
  )
  .transform((row) => ({
    id: row.question_id,
    type: row.question_type,
    question: row.question,
    answer: row.answer,
    askedAt: row.question_date,
    /** Questions whose answer the sessions do not hold. */
    abstention: row.question_id.endsWith("_abs"),
    sessions: row.haystack_sessions.map((turns, at) => ({
      id: row.haystack_session_ids[at] as string,
      occurredAt: row.haystack_dates[at] as string,
      turns,
    })),
    answerSessions: new Set(row.answer_session_ids),
  }));

const fileSchema = z.array(questionSchema).min(1);

export type LongMemEvalQuestion = z.output<typeof questionSchema>;
export type LongMemEvalSession = LongMemEvalQuestion["sessions"][number];

/** Reads a file in LongMemEval's own format (Wu et al., ICLR 2025): `oracle`, `s`, or one of the same shape. */
export async function loadLongMemEval(path: string): Promise<LongMemEvalQuestion[]> {
  return checked(await readJsonFile(path, fileSchema, PUBLISHED), path);
}

/** The same for rows that are there already; `where` names them in errors. */
export function parseLongMemEval(rows: unknown, where: string): LongMemEvalQuestion[] {
  return checked(parse(fileSchema, rows), where);
}

function checked(questions: LongMemEvalQuestion[], where: string): LongMemEvalQuestion[] {
  for (const { id, sessions, answerSessions } of questions) {
    const known = new Set(sessions.map((session) => session.id));
    const missing = [...answerSessions].find((session) => !known.has(session));
    if (missing !== undefined)
      throw new MemosError("INVALID_INPUT", `${where}: session ${missing} of question ${id} is not there`);
  }
  return questions;
}
