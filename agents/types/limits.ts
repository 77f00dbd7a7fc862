/** Every limit of the memory types, in one place. */
export const TYPE_LIMITS = {
  /** Characters of a core block: it is in every prompt (MIRIX has 5,000). */
  coreCharacters: 5_000,
  /** Characters of a core block's label. */
  labelCharacters: 64,
  /** Characters of a name, a summary, a step, a precondition. */
  lineCharacters: 1_000,
  /** Characters of details. */
  detailCharacters: 20_000,
  /** People of an episode. */
  participants: 32,
  /** Steps of a procedure, and preconditions. */
  steps: 200,
} as const;
