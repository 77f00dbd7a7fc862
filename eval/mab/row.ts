import * as z from "zod";

/** Ids and answers are text in the official files; other copies have numbers there. */
const text = z.union([z.string(), z.number(), z.bigint()]).transform(String);
const texts = z.array(text);

/** One list for each question; a single answer may stand by itself. */
const perQuestion = z.array(z.union([texts, text.transform((one) => [one])]));

/** Absent, or null as Parquet has it. */
const optional = <S extends z.ZodType>(schema: S) =>
  schema.nullish().transform((value) => value ?? undefined);

/** What is known about a row; other fields of the official files stay where they are. */
const metadataSchema = z.looseObject({
  source: z.string().min(1),
  qa_pair_ids: optional(texts),
  question_ids: optional(texts),
  question_types: optional(texts),
  question_dates: optional(texts),
  /** What a summary has to say. */
  keypoints: optional(texts),
  /** For each question, values that held before. */
  stale: optional(perQuestion),
  /** For each question, the passages that it is answered from. */
  evidence: optional(perQuestion),
});

const rowSchema = z.object({
  context: z.string(),
  questions: z.array(z.string()).min(1),
  answers: perQuestion,
  metadata: metadataSchema,
});

/** One context with everything that is asked about it. */
export const mabRowSchema = rowSchema.superRefine(({ questions, answers, metadata }, context) => {
  const lists = { answers, ...picked(metadata, ["stale", "evidence"]) };
  for (const [name, list] of Object.entries(lists))
    if (list !== undefined && list.length !== questions.length)
      context.addIssue({
        code: "custom",
        path: [name],
        message: `has ${list.length} entries for ${questions.length} questions`,
      });
  for (const [index, golds] of answers.entries())
    if (golds.length === 0)
      context.addIssue({ code: "custom", path: ["answers", index], message: "has no answer" });
});

export type MabRow = z.output<typeof mabRowSchema>;

function picked<T extends object, K extends keyof T>(value: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, value[name]])) as Pick<T, K>;
}
