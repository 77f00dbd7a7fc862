import { MemosError } from "../../../memcube/index.js";
import { Pace } from "../../pace.js";
import { ADAPTER_LIMITS } from "../limits.js";
import { type Adapter, type AdapterPair, inOrder } from "./adapter.js";
import { adapterInvalid } from "./adapterInvalid.js";
import { tensorName } from "./baseShape.js";
import { plain } from "./checkFit.js";

export interface WeightedAdapter {
  readonly adapter: Adapter;
  /** How much of it counts: 1 as it was trained. */
  readonly weight: number;
}

/**
 * Several adapters as one that adds their weighted sum, exactly but for rounding: ranks follow each other ("cat" of
 * PEFT's `add_weighted_adapter`), with weights and scales in B.
 *
 *     Σ wᵢ · scaleᵢ · Bᵢ · Aᵢ  =  [ w₁ scale₁ B₁ | w₂ scale₂ B₂ | … ] · [ A₁ / A₂ / … ]
 *
 * A matrix that one of them does not change has zeros for its ranks.
 *
 * @returns an adapter of scale 1, its rank the sum of theirs.
 * @throws MemosError INVALID_INPUT for no adapters, or a weight that is not finite; TOO_LARGE when the ranks sum to more
 * than `ADAPTER_LIMITS.rank`; ADAPTER_INVALID for adapters of different bases; UNSUPPORTED for DoRA.
 */
export async function mergeAdapters(adapters: readonly WeightedAdapter[]): Promise<Adapter> {
  if (adapters.length === 0) throw new MemosError("INVALID_INPUT", "There are no adapters to merge.");
  const rank = adapters.reduce((sum, { adapter }) => sum + adapter.rank, 0);
  if (rank > ADAPTER_LIMITS.rank)
    throw new MemosError(
      "TOO_LARGE",
      `The merged adapter would have rank ${rank}; ${ADAPTER_LIMITS.rank} are allowed.`,
    );
  const merged = new Map<string, Merging>();
  const pace = new Pace();
  let first = 0;
  for (const { adapter, weight } of adapters) {
    plain(adapter);
    if (!Number.isFinite(weight))
      throw new MemosError("INVALID_INPUT", `The weight ${weight} is not finite.`);
    for (const pair of adapter.pairs) {
      const key = tensorName(pair.layer, pair.target);
      const found = merged.get(key);
      const into = found ?? emptyPair(pair, adapter.rank, rank);
      if (found === undefined) merged.set(key, into);
      await place(pair, adapter.rank, into, { rank, first, factor: weight * adapter.scale }, pace);
    }
    first += adapter.rank;
  }
  return { rank, alpha: rank, scale: 1, pairs: inOrder(merged.values()) };
}

type Merging = Required<Pick<AdapterPair, "layer" | "target" | "a" | "b">>;

function emptyPair({ layer, target, a, b }: AdapterPair, rankOfPair: number, rank: number): Merging {
  return {
    layer,
    target,
    a: new Float32Array((a.length / rankOfPair) * rank),
    b: new Float32Array((b.length / rankOfPair) * rank),
  };
}

/** Puts a pair where its ranks are among all. */
async function place(
  { layer, target, a, b }: AdapterPair,
  rankOfPair: number,
  into: Merging,
  { rank, first, factor }: { readonly rank: number; readonly first: number; readonly factor: number },
  pace: Pace,
): Promise<void> {
  const columns = a.length / rankOfPair;
  const rows = b.length / rankOfPair;
  const name = tensorName(layer, target);
  if (into.a.length !== columns * rank || into.b.length !== rows * rank)
    throw adapterInvalid(`The adapters are for different bases: ${name} has not one size.`);
  into.a.set(a, first * columns);
  if (pace.due(into.a.length + into.b.length)) await pace.turn();
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < rankOfPair; at++) {
      const value = Math.fround(factor * (b[row * rankOfPair + at] as number));
      into.b[row * rank + first + at] = value;
      largest = Math.max(largest, Math.abs(value));
    }
    if (pace.due(rankOfPair)) await pace.turn();
  }
  if (!Number.isFinite(largest)) throw adapterInvalid(`The merged adapter would not be finite for ${name}.`);
}
