import * as z from "zod";

const percent = z.number().min(0).max(100);
const cost = { ingestSeconds: z.number(), p50ms: z.number(), p95ms: z.number(), llmCalls: z.literal(0) };
/** What `memos eval retrieval --json` promises. */
export const retrievalReportSchema = z.object({
  dataset: z.string(),
  n: z.int(),
  recall: z.record(z.string(), percent),
  allGold: z.record(z.string(), percent),
  ci95: z.record(z.string(), z.tuple([percent, percent])),
  ...cost,
});

/** What `memos eval locomo --json` promises. */
export const locomoReportSchema = z.object({
  n: z.int(),
  recall: z.record(z.string(), percent),
  byCategory: z.record(z.string(), z.object({ n: z.int(), recall: z.record(z.string(), percent) })),
  sessionRecall: z.record(z.string(), percent),
  contextTokens: z.number().positive(),
  abstention: z.object({ adversarial: percent.nullable(), otherPeople: percent.nullable() }),
  ...cost,
});

/** What `memos eval classify --json` promises. */
export const classifyReportSchema = z.object({
  n: z.int(),
  accuracy: percent,
  ci95: z.tuple([percent, percent]),
  ...cost,
});

/** What `memos eval sort --json` promises. */
export const sortReportSchema = z.object({
  n: z.int(),
  accuracy: percent,
  ci95: z.tuple([percent, percent]),
  unknown: z.int(),
  byBook: z.record(z.string(), z.object({ n: z.int(), accuracy: percent })),
  ...cost,
});

/** What `memos eval haystack --json` promises. */
export const haystackReportSchema = z.object({
  dataset: z.string(),
  n: z.int(),
  paragraphs: z.int(),
  chunks: z.int(),
  hayTokens: z.int(),
  recall: z.record(z.string(), percent),
  ci95: z.record(z.string(), z.tuple([percent, percent])),
  coverage: z.record(z.string(), percent),
  contextTokens: z.number().positive(),
  ...cost,
});

const answered = { ...cost, llmCalls: z.int(), inputTokens: z.int(), outputTokens: z.int() };
const scoreSchema = z.object({ n: z.int(), f1: percent });

/** What `memos eval locomo --json` promises in the modes that answer. */
export const locomoAnswerReportSchema = z.object({
  mode: z.enum(["extractive", "llm"]),
  reader: z.string(),
  promptHash: z.string().nullable(),
  ...scoreSchema.shape,
  ci95: z.tuple([percent, percent]),
  answerable: scoreSchema.nullable(),
  byCategory: z.record(z.string(), scoreSchema),
  ...answered,
});

const accuracySchema = z.object({ n: z.int(), accuracy: percent });

/** What `memos eval longmemeval --mode llm --json` promises. */
export const longMemEvalAnswerReportSchema = z.object({
  mode: z.literal("llm"),
  reader: z.string(),
  judge: z.string(),
  promptHash: z.string(),
  judgeHash: z.string(),
  ...accuracySchema.shape,
  ci95: z.tuple([percent, percent]),
  verdicts: z.object({ yes: z.int(), no: z.int(), unreadable: z.int() }),
  accuracyByTypeMean: percent,
  byType: z.record(z.string(), accuracySchema),
  abstention: accuracySchema.nullable(),
  contextTokens: z.number(),
  ...answered,
});
