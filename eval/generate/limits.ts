/** Every limit of generated facts. */
export const FACT_LIMITS = { leastTokens: 500, mostTokens: 2_000_000, questions: 10_000, hops: 4 } as const;

/** Limits of every other generated row. */
export const ROW_LIMITS = {
  leastTokens: 500,
  mostTokens: 2_000_000,
  questions: 10_000,
  /** Assignments from a number to the last variable that has it, after the first. */
  hops: 8,
} as const;

/** Limits of generated conversations. */
export const SESSION_LIMITS = { questions: 1_000, leastSessions: 8, mostSessions: 1_000 } as const;
