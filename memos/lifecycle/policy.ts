import * as z from "zod";
import {
  type CubeType,
  cubeTypeSchema,
  type Governance,
  type Origin,
  originSchema,
} from "../../memcube/index.js";

const DAY = 86_400_000;

/** Rules of one tenant at most. */
export const RETENTION_RULES = 64;

/** A hundred years: a longer rule is a mistake. */
const LONGEST_DAYS = 36_500;

/** What a rule is about; what it does not name is any. */
export const retentionRuleSchema = z
  .strictObject({
    types: z.array(cubeTypeSchema).min(1).optional(),
    origins: z.array(originSchema).min(1).optional(),
    days: z.number().positive().max(LONGEST_DAYS),
  })
  .meta({
    id: "RetentionRule",
    description: "Memories of these types and origins expire so many days after they were recorded.",
  });

export const lifecyclePolicySchema = z
  .strictObject({
    /** The first rule that fits a cube counts; cubes with retention `keep` or `legal-hold` obey none. */
    retention: z.array(retentionRuleSchema).max(RETENTION_RULES).default([]),
    /** Archives what has gone cold (heat.ts): it is still found when archived memories are asked for. */
    archiveCold: z.boolean().default(false),
  })
  .meta({ id: "LifecyclePolicy" });

export type LifecyclePolicy = z.output<typeof lifecyclePolicySchema>;

export const DEFAULT_POLICY: LifecyclePolicy = Object.freeze({ retention: [], archiveCold: false });

/** When a cube expires under a policy, in milliseconds since the epoch; null for never. */
export function expiryOf(
  policy: LifecyclePolicy,
  cube: {
    readonly type: CubeType;
    readonly origin: Origin;
    readonly recordedAt: number;
    readonly governance: Governance;
  },
): number | null {
  const { retention, expiresAt } = cube.governance;
  if (retention === "legal-hold") return null;
  const own = expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
  const rule =
    retention === "keep"
      ? undefined
      : policy.retention.find(
          ({ types, origins }) =>
            (types?.includes(cube.type) ?? true) && (origins?.includes(cube.origin) ?? true),
        );
  const ruled = rule === undefined ? Number.POSITIVE_INFINITY : cube.recordedAt + Math.round(rule.days * DAY);
  const first = Math.min(own, ruled);
  return Number.isFinite(first) ? first : null;
}
