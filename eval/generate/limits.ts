/** Every limit of generated facts. */
export const FACT_LIMITS = { leastTokens: 500, mostTokens: 2_000_000, questions: 10_000, hops: 4 } as const;
