import type { MemCube } from "../../memcube/index.js";
import { heatAt } from "./heat.js";

/** A cube with the heat that is left of what it had when it was last used. */
export function presentHeat(cube: MemCube, now: number): MemCube {
  const { heat, lastUsedAt } = cube.behaviour;
  if (heat === 0 || lastUsedAt === undefined) return cube;
  return {
    ...cube,
    behaviour: { ...cube.behaviour, heat: heatAt({ heat, at: Date.parse(lastUsedAt) }, now) },
  };
}
