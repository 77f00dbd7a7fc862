/** Every limit of reflection; those of runs are in `memos/lifecycle/consolidation/operations.ts`. */
export const REFLECTION_LIMITS = {
  /** Different days on which something was told until it is said to recur, and the least and most to be asked for. */
  days: 3,
  daysAtLeast: 2,
  daysAtMost: 365,
  /** Times that the same steps were told or done until they are a skill. */
  times: 2,
  timesAtMost: 100,
  /** Characters of an episode that are read. */
  readCharacters: 8_000,
  /** Words of what is done: "went to the climbing gym". */
  activityWords: 4,
  /** Words of an episode that is quoted as a whole. */
  quotedWords: 24,
  /** Episodes that one statement names as its evidence: the first, and the latest. */
  evidence: 512,
  /** Statements of one owner; the best borne out stay. */
  statements: 500,
  /** Steps of a skill. */
  steps: 50,
  /** Insights of one answer of a model, characters of one, and episodes that bear it out at least. */
  insights: 5,
  insightCharacters: 400,
  insightEvidence: 2,
} as const;
