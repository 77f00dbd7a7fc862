import { MemosError } from "../../../memcube/index.js";
import { barred } from "../../activation/block.js";
import { ADAPTER_LIMITS } from "../limits.js";
import type { LeftOut } from "../manifest.js";
import type { Source } from "./source.js";

export interface Admission {
  /** In the order of their ids, each once. */
  readonly admitted: readonly Source[];
  readonly leftOut: readonly LeftOut[];
}

/** Which cubes may be learned, and why the others may not: what never stands in a block, and what is outdated. */
export function admission(sources: readonly Source[]): Admission {
  const byId = new Map(sources.map((source) => [source.cube.id, source]));
  const ordered = [...byId.values()].sort((a, b) => (a.cube.id < b.cube.id ? -1 : 1));
  const leftOut: LeftOut[] = [];
  const admitted = ordered.filter(({ cube, superseded }) => {
    const reason = barred(cube) ?? (superseded ? "superseded" : undefined);
    if (reason !== undefined) leftOut.push({ cube: cube.id, reason });
    return reason === undefined;
  });
  return { admitted, leftOut };
}

/** @throws MemosError INVALID_INPUT for none, TOO_LARGE for more than one adapter takes. */
export function refuseCount(memories: number): void {
  const { memories: most } = ADAPTER_LIMITS;
  if (memories === 0)
    throw new MemosError("INVALID_INPUT", "There is nothing to train an adapter from: name some memories.");
  if (memories > most)
    throw new MemosError(
      "TOO_LARGE",
      `One adapter learns at most ${most} memories, and these are ${memories}: plan them as at least ${Math.ceil(memories / most)} adapters.`,
    );
}

/** @throws MemosError TOO_LARGE for more than one training set has. */
export function refuseExamples(examples: number): void {
  const { examples: most } = ADAPTER_LIMITS;
  if (examples > most)
    throw new MemosError(
      "TOO_LARGE",
      `These memories give ${examples} examples, and a training set has at most ${most}: plan them as several adapters.`,
    );
}

/** @throws MemosError INVALID_INPUT where nothing is left. */
export function refuseNothing(learned: number, leftOut: readonly LeftOut[]): void {
  if (learned > 0) return;
  const counts = new Map<string, number>();
  for (const { reason } of leftOut) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).join(", ");
  throw new MemosError(
    "INVALID_INPUT",
    `None of the ${leftOut.length} memories can be learned (${reasons}).`,
  );
}
