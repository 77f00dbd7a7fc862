import * as z from "zod";
import { LIMITS, type Origin, originSchema, type Provenance } from "../../../memcube/index.js";
import { nameText } from "../../../memcube/text.js";

const share = z.number().min(0).max(1);

/** How far sources are trusted, from 0 (nothing is taken without review) to 1. */
export const trustPolicySchema = z
  .strictObject({
    /** By where content comes from; what is not named keeps its default. */
    origins: z.partialRecord(originSchema, share).default({}),
    /** By who said it; comes before the origin. */
    actors: z.record(nameText(LIMITS.nameCharacters), share).default({}),
  })
  .meta({ id: "TrustPolicy" });

export type TrustPolicy = z.output<typeof trustPolicySchema>;

export const ORIGIN_TRUST: Readonly<Record<Origin, number>> = Object.freeze({
  user: 0.9,
  assistant: 0.7,
  inferred: 0.7,
  document: 0.5,
  tool: 0.4,
});

/** Trust in a source as it stands: what the cube says of itself, else the policy's actor, origin, default. */
export function trustIn(
  { origin, actor, trust }: Pick<Provenance, "origin" | "actor" | "trust">,
  policy: TrustPolicy,
): number {
  if (trust !== undefined) return trust;
  if (Object.hasOwn(policy.actors, actor)) return policy.actors[actor] as number;
  return policy.origins[origin] ?? ORIGIN_TRUST[origin];
}

/** What is derived is trusted no more than the least trusted of what it is derived from. */
export function derivedTrust(own: number, sources: Iterable<number>): number {
  let least = own;
  for (const trust of sources) least = Math.min(least, trust);
  return least;
}

/**
 * The score of instructions at which a text awaits review. A user who says "always answer in French" states a
 * preference; a web page that says so wants something.
 */
export function quarantineScore(trust: number): number {
  if (trust <= 0) return 0;
  if (trust < 0.7) return 0.6;
  return trust < 0.9 ? 1 : 2;
}
