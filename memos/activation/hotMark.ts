import type * as z from "zod";
import type { blockSettingsSchema } from "./blockSets.js";
import type { BlockCandidate } from "./candidate.js";

export type HotMarks = Pick<
  z.output<typeof blockSettingsSchema>,
  "enterHeat" | "leaveHeat" | "enterChangesPerWeek" | "leaveChangesPerWeek"
>;

/**
 * Why a cube is in no set of hot ones, or undefined when it may be. It comes in at one mark and leaves at a lower
 * one, so that what is used about as much as before stays where it is.
 */
export function againstHot(
  { heat, changesPerWeek }: Pick<BlockCandidate, "heat" | "changesPerWeek">,
  inside: boolean,
  marks: HotMarks,
): "cold" | "changing" | undefined {
  if (heat < (inside ? marks.leaveHeat : marks.enterHeat)) return "cold";
  return changesPerWeek > (inside ? marks.leaveChangesPerWeek : marks.enterChangesPerWeek)
    ? "changing"
    : undefined;
}
