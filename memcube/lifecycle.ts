import type { CubeState, MemCube } from "./envelope.js";
import { MemosError } from "./errors.js";
import type { Operation } from "./version.js";

interface Transition {
  /** States in which the operation is allowed. */
  readonly from: readonly CubeState[];
  /** The state after it: one of them, the same, or the one that is gone back to. */
  readonly to: CubeState | "same" | "before";
  /** Changes what the cube says, so that a read-only cube refuses it. */
  readonly content?: true;
  /** Takes the cube out of what is kept, so that a legal hold refuses it. */
  readonly removal?: true;
}

const KEPT = ["generated", "active", "merged", "archived", "frozen", "expired"] as const;

/**
 * Which operation is allowed in which state, and where it leads: the whole life of a cube. Each is recorded as
 * a version with its actor and its cause. States as in MemOS (arXiv 2507.03724, MemLifecycle), with an undo for
 * each that takes a cube out of sight.
 */
export const TRANSITIONS = {
  update: { from: ["generated", "active", "archived"], to: "same", content: true },
  restore: { from: ["generated", "active", "archived"], to: "same", content: true },
  approve: { from: ["generated"], to: "active" },
  archive: { from: ["active"], to: "archived" },
  activate: { from: ["archived"], to: "active" },
  freeze: { from: ["active", "archived"], to: "frozen" },
  thaw: { from: ["frozen"], to: "before" },
  merge: { from: ["active", "archived"], to: "merged", content: true, removal: true },
  unmerge: { from: ["merged"], to: "before" },
  expire: { from: ["generated", "active", "merged", "archived", "frozen"], to: "expired", removal: true },
  renew: { from: ["expired"], to: "before" },
  forget: { from: KEPT, to: "forgotten", content: true, removal: true },
  recover: { from: ["forgotten"], to: "before" },
  govern: { from: KEPT, to: "same" },
  rollback: { from: ["generated", "active", "merged", "archived", "expired"], to: "before", content: true },
} as const satisfies Record<Exclude<Operation, "add" | "import">, Transition>;

export type TransitionName = keyof typeof TRANSITIONS;

/** States that search and recall find: unless a reader asks for archived cubes too. */
export const RECALLED_STATES: readonly CubeState[] = ["active", "frozen"];

/** What brought a cube into a state that has an undo. */
const ENTERED_BY: Partial<Record<CubeState, TransitionName>> = {
  frozen: "freeze",
  merged: "merge",
  expired: "expire",
  forgotten: "forget",
};

/**
 * The states that an undo may lead back to: of those that a cube was in, the last of these. Not simply the one
 * before: a frozen cube that was forgotten and recovered must not be forgotten again by its thaw.
 */
export function statesBefore(state: CubeState): readonly CubeState[] {
  const entry = ENTERED_BY[state];
  return entry === undefined ? [] : TRANSITIONS[entry].from;
}

/**
 * The state that an operation leads to.
 *
 * @param before What an undo leads back to: the state before the present one, or the one at some time.
 * @throws MemosError INVALID_TRANSITION when the table does not allow it, CONFLICT when the cube is read-only or
 * under legal hold.
 */
export function stateAfter(
  operation: TransitionName,
  cube: Pick<MemCube, "id" | "state" | "governance">,
  before: CubeState | undefined,
): CubeState {
  const { from, to, content, removal }: Transition = TRANSITIONS[operation];
  if (!from.includes(cube.state))
    throw new MemosError(
      "INVALID_TRANSITION",
      `Cube ${cube.id} is ${cube.state}: ${operation} is for ${from.join(", ")} cubes.`,
    );
  if (content === true && cube.governance.readonly)
    throw new MemosError("CONFLICT", `Cube ${cube.id} is read-only.`);
  if (removal === true && cube.governance.retention === "legal-hold")
    throw new MemosError("CONFLICT", `Cube ${cube.id} is under legal hold.`);
  if (to === "same") return cube.state;
  return to === "before" ? (before ?? "active") : to;
}
