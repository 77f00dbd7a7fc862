import { MemosError } from "../../../memcube/index.js";
import { ADAPTER_LIMITS } from "../limits.js";
import { type Adapter, isDora, type Target } from "./adapter.js";
import { adapterInvalid } from "./adapterInvalid.js";
import { type BaseShape, tensorName } from "./baseShape.js";
import { isPermuted } from "./rowOrder.js";

/**
 * Columns and rows of a matrix of the base that an adapter changes.
 *
 * @throws MemosError ADAPTER_INVALID when the base has no such matrix.
 */
export function matrixOf(base: BaseShape, layer: number, target: Target): { in: number; out: number } {
  const name = tensorName(layer, target);
  const [columns, rows, ...more] = base.tensors.get(name)?.dimensions ?? [];
  if (columns === undefined || rows === undefined || more.length > 0)
    throw adapterInvalid(`The adapter changes ${name}, which its base does not have.`);
  if (isPermuted(base.architecture, target) && (base.headDim % 2 !== 0 || rows % base.headDim !== 0))
    throw adapterInvalid(`The rows of ${name} are not whole attention heads.`);
  return { in: columns, out: rows };
}

/** @throws MemosError ADAPTER_INVALID. */
export function checkRank(rank: number): void {
  if (!Number.isInteger(rank) || rank < 1 || rank > ADAPTER_LIMITS.rank)
    throw adapterInvalid(`The adapter has rank ${rank}; 1 to ${ADAPTER_LIMITS.rank} are allowed.`);
}

/** @throws MemosError ADAPTER_INVALID. */
export function checkAlpha(alpha: number): void {
  if (!(alpha > 0 && alpha <= ADAPTER_LIMITS.alpha))
    throw adapterInvalid(`The adapter has alpha ${alpha}; up to ${ADAPTER_LIMITS.alpha} are allowed.`);
}

/**
 * That an adapter can be added to the matrices of a base.
 *
 * @throws MemosError UNSUPPORTED for DoRA; ADAPTER_INVALID for an adapter that does not fit.
 */
export function checkFit(adapter: Adapter, base: BaseShape): void {
  plain(adapter);
  checkRank(adapter.rank);
  if (adapter.pairs.length === 0) throw adapterInvalid("The adapter changes nothing.");
  const seen = new Set<string>();
  for (const { layer, target, a, b } of adapter.pairs) {
    const name = tensorName(layer, target);
    if (seen.has(name)) throw adapterInvalid(`The adapter changes ${name} twice.`);
    seen.add(name);
    const matrix = matrixOf(base, layer, target);
    if (a.length !== adapter.rank * matrix.in || b.length !== adapter.rank * matrix.out)
      throw adapterInvalid(
        `The adapter does not fit ${name}, which has ${matrix.out} rows of ${matrix.in} numbers in its base.`,
      );
  }
}

/** @throws MemosError UNSUPPORTED for an adapter that is no sum of matrices. */
export function plain(adapter: Adapter): void {
  if (isDora(adapter))
    throw new MemosError(
      "UNSUPPORTED",
      "The adapter is of DoRA, whose magnitudes neither a GGUF adapter nor a merge can hold; convert it to plain LoRA first.",
    );
}
