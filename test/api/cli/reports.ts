import { z } from "zod";

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
