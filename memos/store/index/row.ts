import { SCOPE_PARTS, type Scope } from "../../../memcube/index.js";
import { termsOf } from "../../retrieval/analysis.js";
import type { IndexedCube } from "../ledger.js";
import { OWN_WEIGHT } from "./weights.js";

/** A cube as the index holds it: analysed text and the columns that scopes and collapsing need. */
export interface IndexRow {
  readonly key: number;
  readonly scope: Scope;
  readonly type: string;
  readonly recordedAt: number;
  readonly expiresAt: number | null;
  readonly duplicateOf: number | null;
  /** Own terms `OWN_WEIGHT` times, then the neighbours'. */
  readonly terms: readonly string[];
  /** How many of `terms` are the cube's own, once. */
  readonly own: number;
  readonly vector: Float32Array | null;
}

export function toIndexRow(cube: IndexedCube, embedder: number): IndexRow {
  // A title names what the text is about, so its words count twice.
  const own = termsOf(`${cube.title} ${cube.title} ${cube.text} ${cube.labels}`);
  const terms: string[] = [];
  for (let copy = 0; copy < OWN_WEIGHT; copy++) for (const term of own) terms.push(term);
  for (const neighbour of cube.neighbours) for (const term of termsOf(neighbour)) terms.push(term);
  return {
    key: cube.key,
    scope: cube.scope,
    type: cube.type,
    recordedAt: cube.recordedAt,
    expiresAt: cube.expiresAt,
    duplicateOf: cube.duplicateOf,
    terms,
    own: own.length,
    vector: cube.vector === null || cube.embedder !== embedder ? null : asFloats(cube.vector),
  };
}

/** Bytes of the ledger as numbers; copied when they do not lie on a four-byte boundary. */
export function asFloats(bytes: Uint8Array): Float32Array {
  if (bytes.byteOffset % 4 === 0)
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return new Float32Array(bytes.slice().buffer);
}

export function asBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

export function inScope(row: Pick<IndexRow, "scope">, scope: Scope): boolean {
  return SCOPE_PARTS.every((part) => scope[part] === undefined || scope[part] === row.scope[part]);
}
