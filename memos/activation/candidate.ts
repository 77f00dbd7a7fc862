import { type CubeId, type MemCube, type Scope, scopeContains } from "../../memcube/index.js";
import { barred, type SetKind } from "./block.js";

/** A cube that may come into a block, and what is known of its use. */
export interface BlockCandidate {
  readonly cube: MemCube;
  /** At present. */
  readonly heat: number;
  readonly usesPerDay: number;
  /** Versions in a week. */
  readonly changesPerWeek: number;
  /** A fact that it states is known to have changed. */
  readonly superseded?: boolean;
}

/** Why a candidate is in no set. */
export interface LeftOut {
  readonly cube: CubeId;
  readonly reason:
    | NonNullable<ReturnType<typeof barred>>
    | "scope"
    | "expired"
    | "notNow"
    | "superseded"
    | "duplicate"
    | "cold"
    | "changing"
    | "large"
    | "room";
}

/** Which part of a block a cube is for. */
export function kindOf({ type, behaviour }: Pick<MemCube, "type" | "behaviour">): SetKind {
  if (type === "core") return "core";
  return behaviour.priority > 0 ? "pinned" : "hot";
}

/** The candidates that may stand in a block of this scope, in the order they were made, each once. */
export function admit(
  candidates: readonly BlockCandidate[],
  scope: Scope,
  now: number,
  leaveOut: (candidate: BlockCandidate, reason: LeftOut["reason"]) => void,
): BlockCandidate[] {
  const byId = new Map(candidates.map((candidate) => [candidate.cube.id, candidate]));
  const ordered = [...byId.values()].sort((a, b) => (a.cube.id < b.cube.id ? -1 : 1));
  const fit = ordered.filter((candidate) => {
    const reason = reasonAgainst(candidate, scope, now);
    if (reason !== undefined) leaveOut(candidate, reason);
    return reason === undefined;
  });
  const ids = new Set(fit.map(({ cube }) => cube.id));
  return fit.filter((candidate) => {
    const { duplicateOf } = candidate.cube;
    const repeats = duplicateOf !== undefined && ids.has(duplicateOf);
    if (repeats) leaveOut(candidate, "duplicate");
    return !repeats;
  });
}

function reasonAgainst(
  { cube, superseded }: BlockCandidate,
  scope: Scope,
  now: number,
): LeftOut["reason"] | undefined {
  if (!scopeContains(scope, cube.scope)) return "scope";
  const never = barred(cube);
  if (never !== undefined) return never;
  const { validFrom, validTo } = cube.time;
  if (hasCome(cube.governance.expiresAt, now)) return "expired";
  if (hasCome(validTo, now) || (validFrom !== undefined && !hasCome(validFrom, now))) return "notNow";
  return superseded === true ? "superseded" : undefined;
}

function hasCome(instant: string | undefined, now: number): boolean {
  return instant !== undefined && Date.parse(instant) <= now;
}
