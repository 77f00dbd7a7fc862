import { cubeTypeSchema, type Scope } from "../../../memcube/index.js";
import type { Action, Grant, MemCube } from "../../../memos/index.js";

/**
 * What grants mean, written down a second time in the plainest way, to hold the real decision against.
 */
export type Rights = Pick<
  Grant,
  "space" | "actions" | "types" | "sensitivity" | "visibility" | "expiresAt" | "revokedAt"
>;

const ORDER = ["public", "internal", "secret"];

export function counts(grant: Rights, action: Action, scope: Scope, now: number): boolean {
  const inside = (["tenant", "user", "agent", "app", "session"] as const).every(
    (part) => grant.space[part] === undefined || grant.space[part] === scope[part],
  );
  const ended =
    grant.revokedAt !== undefined || (grant.expiresAt !== undefined && Date.parse(grant.expiresAt) <= now);
  return inside && !ended && grant.actions.includes(action);
}

export function mayTouch(
  grants: readonly Rights[],
  action: Action,
  scope: Scope,
  cube: Pick<MemCube, "type" | "governance">,
  now: number,
): boolean {
  return grants.some(
    (grant) =>
      counts(grant, action, scope, now) &&
      (grant.types === undefined || grant.types.includes(cube.type)) &&
      ORDER.indexOf(cube.governance.sensitivity) <= ORDER.indexOf(grant.sensitivity) &&
      (grant.visibility === "all" || cube.governance.visibility === "shared"),
  );
}

/** Every kind of cube that a grant can tell apart. */
export const KINDS = cubeTypeSchema.options.flatMap((type) =>
  (["public", "internal", "secret"] as const).flatMap((sensitivity) =>
    (["shared", "private"] as const).map((visibility) => ({
      type,
      governance: { sensitivity, visibility, retention: "default" as const, readonly: false },
    })),
  ),
);
