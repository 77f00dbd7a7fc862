/** Limits of a run over shared contexts. */
export const SHARED_LIMITS = { leastTokens: 500, mostTokens: 200_000, requests: 1_000 } as const;
