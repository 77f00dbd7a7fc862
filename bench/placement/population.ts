import { seededRandom } from "../../eval/metrics/index.js";
import { logNormal, seedOf } from "./random.js";

/** Cubes of a tenant on average, and of one owner (a user or an agent of the tenant). */
export const CUBES_OF_A_TENANT = 10_000;
export const CUBES_OF_AN_OWNER = 1_000;

/** Sizes of tenants follow Zipf's law with this exponent. */
export const TENANT_EXPONENT = 0.8;

/** Of all owners, agents: they write and ask in bursts, and do not chat. */
export const AGENT_SHARE = 0.3;

/** Sessions of an owner in a day, on average, and how much owners differ: the deviation of the logarithm. */
export const SESSIONS_A_DAY = 0.5;
export const SESSION_DEVIATION = 1;

/** Cubes of each tenant of a deployment, the largest first. */
export interface Population {
  readonly cubes: number;
  readonly tenants: Float64Array;
}

/** Tenants whose sizes follow Zipf's law, with so many cubes together. */
export function populationOf(cubes: number): Population {
  const count = Math.max(1, Math.round(cubes / CUBES_OF_A_TENANT));
  const shares = Float64Array.from({ length: count }, (_, rank) => (rank + 1) ** -TENANT_EXPONENT);
  const sum = shares.reduce((total, share) => total + share, 0);
  return { cubes, tenants: shares.map((share) => Math.max(1, Math.round((cubes * share) / sum))) };
}

/** Whose prompts begin with one block of memory. */
export interface Owner {
  readonly tenant: number;
  readonly cubes: number;
  readonly agent: boolean;
  readonly sessionsPerDay: number;
}

/** The owners of a tenant: always the same for the same seed, whichever node is looked at. */
export function ownersOf(tenant: number, cubes: number, seed: number): Owner[] {
  const random = seededRandom(seedOf(seed, tenant));
  const count = Math.max(1, Math.round(cubes / CUBES_OF_AN_OWNER));
  return Array.from({ length: count }, () => ({
    tenant,
    cubes: Math.max(1, Math.round(cubes / count)),
    agent: random() < AGENT_SHARE,
    sessionsPerDay: SESSIONS_A_DAY * logNormal(SESSION_DEVIATION, random),
  }));
}
