import { MemosError } from "../memcube/index.js";
import type { Csr } from "./csr.js";

/** A node that a walk starts from, and how often against the others. */
export interface Seed {
  readonly node: number;
  /** Zero or more, of any scale: only the proportions count. */
  readonly weight: number;
}

/** Where walks start: each node once, its share above zero, the shares together 1. */
export interface SeedShares {
  readonly nodes: Uint32Array;
  readonly shares: Float64Array;
}

/**
 * The share of each seed: a node named twice counts with both weights, one of weight zero not at all.
 *
 * @throws MemosError `INVALID_INPUT` for a node that the graph does not have, and for a weight that is
 * negative or not finite.
 */
export function sharesOf(seeds: Iterable<Seed>, { nodes }: Pick<Csr, "nodes">): SeedShares {
  const checked = [...seeds];
  let heaviest = 0;
  for (const [index, { node, weight }] of checked.entries()) {
    if (!Number.isInteger(node) || node < 0 || node >= nodes)
      throw new MemosError("INVALID_INPUT", `seed ${index} names node ${node}, but there are ${nodes}`, {
        path: `seeds.${index}.node`,
      });
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new MemosError("INVALID_INPUT", `seed ${index} weighs ${weight}, which is not finite from 0`, {
        path: `seeds.${index}.weight`,
      });
    heaviest = Math.max(heaviest, weight);
  }
  // Divided by the heaviest first, so that no sum of weights overflows.
  const relative = new Map<number, number>();
  let total = 0;
  for (const { node, weight } of checked) {
    const part = weight / heaviest;
    if (!(part > 0)) continue;
    relative.set(node, (relative.get(node) ?? 0) + part);
    total += part;
  }
  return {
    nodes: Uint32Array.from(relative.keys()),
    shares: Float64Array.from(relative.values(), (part) => part / total),
  };
}
