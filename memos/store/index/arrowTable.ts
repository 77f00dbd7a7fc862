import {
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  makeData,
  Schema,
  Table,
  Utf8,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import type { IndexRow } from "./row.js";

/** The columns of a partition's table but the vector, in order: type, whether it may be null, where it comes from. */
const COLUMNS: readonly (readonly [string, DataType, boolean, (row: IndexRow) => unknown])[] = [
  ["key", new Int32(), false, (row) => row.key],
  ["user", new Utf8(), true, (row) => row.scope.user ?? null],
  ["agent", new Utf8(), true, (row) => row.scope.agent ?? null],
  ["app", new Utf8(), true, (row) => row.scope.app ?? null],
  ["session", new Utf8(), true, (row) => row.scope.session ?? null],
  ["type", new Utf8(), false, (row) => row.type],
  ["recorded_at", new Float64(), false, (row) => row.recordedAt],
  ["expires_at", new Float64(), true, (row) => row.expiresAt],
  ["duplicate_of", new Int32(), true, (row) => row.duplicateOf],
  ["terms", new Utf8(), false, (row) => row.terms.join(" ")],
  ["own", new Int32(), false, (row) => row.own],
  ["length", new Int32(), false, (row) => row.terms.length],
];

/** @param dimension numbers in a vector; 0 for a table without vectors. */
export function schemaOf(dimension: number): Schema {
  const fields = COLUMNS.map(([name, type, nullable]) => new Field(name, type, nullable));
  return new Schema(dimension === 0 ? fields : [...fields, new Field("vector", vectorType(dimension), true)]);
}

/** Rows as one Arrow table, as LanceDB takes it without looking at each value. */
export function arrowTable(rows: readonly IndexRow[], dimension: number): Table {
  const columns = Object.fromEntries(
    COLUMNS.map(([name, type, , read]) => [name, vectorFromArray(rows.map(read), type)]),
  );
  return new Table(
    schemaOf(dimension),
    dimension === 0 ? columns : { ...columns, vector: vectorColumn(rows, dimension) },
  );
}

/** Arrow's own builder goes through every number; this copies a vector at a time. */
function vectorColumn(rows: readonly IndexRow[], dimension: number): Vector {
  const values = new Float32Array(rows.length * dimension);
  const present = new Uint8Array(Math.ceil(rows.length / 8));
  let missing = 0;
  for (const [index, { vector }] of rows.entries()) {
    if (vector === null) {
      missing++;
      continue;
    }
    values.set(vector, index * dimension);
    present[index >> 3] = (present[index >> 3] as number) | (1 << (index & 7));
  }
  const child = makeData({ type: new Float32(), length: values.length, data: values });
  return new Vector([
    makeData({
      type: vectorType(dimension),
      length: rows.length,
      nullCount: missing,
      nullBitmap: present,
      child,
    }),
  ]);
}

function vectorType(dimension: number): FixedSizeList {
  return new FixedSizeList(dimension, new Field("item", new Float32(), true));
}
