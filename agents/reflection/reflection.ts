import * as z from "zod";
import type { Distiller } from "../../memos/index.js";
import { parse } from "../../memos/parse.js";
import { insightsOf } from "./insights.js";
import { REFLECTION_LIMITS } from "./limits.js";
import { recurring } from "./recurring.js";
import { repeatedSteps } from "./repeatedSteps.js";

const LIMITS = REFLECTION_LIMITS;

export const reflectionOptionsSchema = z.strictObject({
  /** Different days on which something was told until it is said to recur. */
  days: z.int().min(LIMITS.daysAtLeast).max(LIMITS.daysAtMost).default(LIMITS.days),
  /** Times that the same steps were told or done until they are a skill. */
  times: z.int().min(LIMITS.times).max(LIMITS.timesAtMost).default(LIMITS.times),
});

export type ReflectionOptions = z.input<typeof reflectionOptionsSchema>;

/**
 * Reflection (Park et al. 2023, "Generative Agents", section 4.2; there a model alone does it): what episodes come
 * to, as statements and skills that name their evidence. By rules: what recurs, and what is done in the same steps.
 * With a model: insights, one call a cluster of episodes. It is handed to `MemOS.open({ distiller })`, and
 * consolidation plans, runs and undoes it as the kinds `distil` and `insight`.
 *
 * @throws MemosError INVALID_INPUT.
 * @example
 * const memos = await MemOS.open({ path: "./.memos", distiller: reflection() });
 * const { proposals } = await memos.consolidation.plan(scope, { kinds: ["distil"] });
 */
export function reflection(options: ReflectionOptions = {}): Distiller {
  const { days, times } = parse(reflectionOptionsSchema, options);
  return {
    statements: async (episodes) =>
      [...(await recurring(episodes, days)), ...repeatedSteps(episodes, times)]
        .sort((a, b) => b.evidence.length - a.evidence.length || (a.about < b.about ? -1 : 1))
        .slice(0, LIMITS.statements),
    insights: insightsOf,
  };
}
