import * as z from "zod";

const share = z.number();

/** What became of one question: everything that reports and result files are made of. */
export const recordSchema = z.object({
  /** Which context, and which question of it, from 0. */
  context: z.int(),
  question: z.int(),
  output: z.string(),
  parsed: z.union([z.string(), z.array(z.string())]),
  scores: z.record(z.string(), share),
  /** Whether a gold is in the first k passages, by k; absent where golds are no text. */
  coverage: z.record(z.string(), share).optional(),
  /** Share of the evidence in the first k passages, by k; absent where none is known. */
  evidence: z.record(z.string(), share).optional(),
  /** Whether a value that held before was given or ranked first; absent where none is known. */
  stale: z.boolean().optional(),
  verdict: z.enum(["yes", "no", "unreadable"]).optional(),
  contextTokens: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  llmCalls: z.int(),
  /** SHA-256 over the passages, in their order. */
  passages: z.string(),
  queryMs: z.number(),
  readerMs: z.number(),
});
export type QuestionRecord = z.infer<typeof recordSchema>;

/** A context whose questions are all answered, and whose namespace has passed the check. */
export const provenSchema = z.object({ proven: z.int() });

/** A context that was memorised. */
export const memorisedSchema = z.object({
  memorised: z.int(),
  seconds: z.number(),
  chunks: z.int(),
  tokens: z.int(),
});
export type Memorised = z.infer<typeof memorisedSchema>;
