import { HTTP_LIMITS } from "../../limits.js";

/** Every limit of this dialect, in one place. */
export const MEMORY_AGENT_BENCH_LIMITS = {
  /** Bytes of a body: a chunk of any size that the benchmark has. */
  bodyBytes: HTTP_LIMITS.bodyBytes,
  /** Characters of one passage; a chunk is cut into as many as it takes. */
  passageCharacters: 2_000,
  /** Tokens of what is recalled for a question. */
  budget: 4_096,
  /** Tokens of an answer. */
  answerTokens: 2_000,
} as const;
