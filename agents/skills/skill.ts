import * as z from "zod";
import { cubeIdSchema, type MemCube, textOf } from "../../memcube/index.js";
import { procedural } from "../types/index.js";
import { betaInterval } from "./betaInterval.js";
import { CREDIBLE_MASS, SKILL_LIMITS } from "./limits.js";

const rate = z.number().min(0).max(1);
const count = z.int().nonnegative();

/** How often a skill worked, and what that says of the next time. */
export const estimateSchema = z
  .strictObject({
    worked: count,
    failed: count,
    /** Times it was said to be outdated: no outcome of a use, so that the estimate is the same. */
    outdated: count,
    mean: rate.describe("Of the posterior Beta(1 + worked, 1 + failed)."),
    low: rate.describe("Below it the rate of success is with a probability of 5 %."),
    high: rate.describe("Above it the rate of success is with a probability of 5 %."),
  })
  .meta({ id: "SkillEstimate" });

export const skillSchema = z
  .strictObject({
    id: cubeIdSchema,
    name: z.string(),
    preconditions: z.array(z.string()),
    /** In order; a rule that was not written as steps is one. */
    steps: z.array(z.string()),
    /** Memories that it was made of. */
    evidence: count,
    estimate: estimateSchema,
  })
  .meta({ id: "Skill" });

export type SkillEstimate = z.infer<typeof estimateSchema>;
export type Skill = z.infer<typeof skillSchema>;

/**
 * The estimate of a procedural memory, from its feedback: `useful` is a success and `wrong` a failure. `outdated`
 * says that it does not apply any more, which is nothing about how it went.
 */
export function estimateOf({ behaviour: { feedback } }: Pick<MemCube, "behaviour">): SkillEstimate {
  const { useful: worked, wrong: failed, outdated } = feedback;
  const scale = Math.min(1, SKILL_LIMITS.outcomes / Math.max(1, worked + failed));
  const { mean, low, high } = betaInterval(
    Math.round(worked * scale),
    Math.round(failed * scale),
    CREDIBLE_MASS,
  );
  return { worked, failed, outdated, mean, low, high };
}

/** A procedural memory as a skill; undefined for one without text. */
export function skillOf(cube: MemCube): Skill | undefined {
  const text = textOf(cube);
  if (text === undefined) return undefined;
  const read = procedural.read(cube);
  return {
    id: cube.id,
    name: read?.name ?? cube.attributes.title ?? text.split("\n")[0] ?? "",
    preconditions: read?.preconditions ?? [],
    steps: read?.steps ?? [text],
    evidence: new Set(cube.provenance.sources.map(({ cube: source }) => source)).size,
    estimate: estimateOf(cube),
  };
}
