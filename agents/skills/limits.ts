/** Every limit of skills. */
export const SKILL_LIMITS = {
  /** Skills of one listing, and procedural memories that are looked at for it. */
  skills: 1_000,
  /** Outcomes that an estimate is made of; more say the same in proportion. */
  outcomes: 10_000,
} as const;

/** Probability that the rate of success is between `low` and `high`. */
export const CREDIBLE_MASS = 0.9;
