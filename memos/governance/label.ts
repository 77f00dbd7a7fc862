import type * as z from "zod";
import { type CubeType, cubeTypeSchema, governanceSchema, type MemCube } from "../../memcube/index.js";

export const sensitivitySchema = governanceSchema.shape.sensitivity;
export type Sensitivity = z.infer<typeof sensitivitySchema>;
export type Visibility = MemCube["governance"]["visibility"];

/** Everything that a grant can tell apart in a cube. There are 42 of them. */
export type Label = `${CubeType}/${Sensitivity}/${Visibility}`;

const TYPES = cubeTypeSchema.options;
const SENSITIVITIES = sensitivitySchema.options;

/** What the label is made of, as a cube, a version's content and the head of a row have it. */
export interface Labelled {
  readonly type: CubeType;
  readonly governance: { readonly sensitivity: Sensitivity; readonly visibility: Visibility };
}

export function labelOf({ type, governance }: Labelled): Label {
  return `${type}/${governance.sensitivity}/${governance.visibility}`;
}

/**
 * A set of labels as bits: one number for shared cubes, one for private ones; in each, the bit of a type and
 * a sensitivity is `type * 3 + sensitivity`.
 */
export interface LabelSet {
  readonly shared: number;
  readonly private: number;
}

export const NO_LABELS: LabelSet = Object.freeze({ shared: 0, private: 0 });

const EVERY = 2 ** (TYPES.length * SENSITIVITIES.length) - 1;

/** The labels of some types (all without) up to a sensitivity; private cubes only with `all`. */
export function labelSet(
  types: readonly CubeType[] | undefined,
  ceiling: Sensitivity,
  visibility: "shared" | "all",
): LabelSet {
  const upTo = 2 ** (SENSITIVITIES.indexOf(ceiling) + 1) - 1;
  let bits = 0;
  for (const [at, type] of TYPES.entries())
    if (types === undefined || types.includes(type)) bits |= upTo << (at * SENSITIVITIES.length);
  return { shared: bits, private: visibility === "all" ? bits : 0 };
}

export function includesAll(outer: LabelSet, inner: LabelSet): boolean {
  return (inner.shared & ~outer.shared) === 0 && (inner.private & ~outer.private) === 0;
}

/** The labels of a set in a fixed order; undefined when it has every label, so that nothing need be asked. */
export function labelsIn(set: LabelSet): readonly Label[] | undefined {
  if (set.shared === EVERY && set.private === EVERY) return undefined;
  const labels: Label[] = [];
  for (const [at, type] of TYPES.entries())
    for (const [step, sensitivity] of SENSITIVITIES.entries()) {
      const bit = 1 << (at * SENSITIVITIES.length + step);
      if ((set.shared & bit) !== 0) labels.push(`${type}/${sensitivity}/shared`);
      if ((set.private & bit) !== 0) labels.push(`${type}/${sensitivity}/private`);
    }
  return labels;
}
