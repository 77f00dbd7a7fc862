import { createHash } from "node:crypto";
import type { Column, LedgerTable } from "./catalogue.js";

/**
 * A row in one form for both databases, so that rows can be compared and hashed: whole numbers as digits, other
 * numbers as JavaScript writes them (the shortest that reads back the same), bytes as `\x` and hexadecimals.
 */
export type Row = readonly (string | null)[];

/** Rows that are read, sent and committed at once: whichever of both limits comes first. */
export const CHUNK = { rows: 5_000, bytes: 4 * 1024 * 1024 } as const;

export function fromSqlite(values: readonly unknown[]): Row {
  return values.map((value) => {
    if (value === null || typeof value === "string") return value;
    // Whole numbers come as `bigint`: none is rounded.
    if (typeof value === "bigint" || typeof value === "number") return String(value);
    return `\\x${Buffer.from(value as Uint8Array).toString("hex")}`;
  });
}

export function fromPostgres(columns: readonly Column[], values: readonly (string | null)[]): Row {
  return values.map((value, at) =>
    value !== null && columns[at]?.type === "REAL" ? String(Number(value)) : value,
  );
}

export function toSqlite(columns: readonly Column[], row: Row): unknown[] {
  return row.map((value, at) => {
    if (value === null) return null;
    const type = columns[at]?.type;
    if (type === "INTEGER") return BigInt(value);
    if (type === "REAL") return Number(value);
    return type === "BLOB" ? Buffer.from(value.slice(2), "hex") : value;
  });
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/**
 * A row as COPY reads it (https://www.postgresql.org/docs/current/sql-copy.html, text format). No two rows have the
 * same line, so this is also what is hashed.
 */
export function lineOf(row: Row): string {
  const fields = row.map((value) =>
    value === null ? "\\N" : value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] as string),
  );
  return `${fields.join("\t")}\n`;
}

/** Characters of a row, near enough to its bytes to keep a chunk small. */
export function sizeOf(row: Row): number {
  return row.reduce((sum, value) => sum + (value?.length ?? 2) + 1, 0);
}

export function keyOf(table: LedgerTable, row: Row): Row {
  return table.key.map(({ name }) => row[table.columns.findIndex((column) => column.name === name)] ?? null);
}

export interface TableHash {
  readonly rows: number;
  readonly sha256: string;
}

/** All rows of a table in the order of its key, as one hash. Holds one chunk at a time. */
export async function hashOf(
  chunks: AsyncIterable<readonly Row[]>,
  onChunk: (rows: number) => void,
): Promise<TableHash> {
  const hash = createHash("sha256");
  let rows = 0;
  for await (const chunk of chunks) {
    hash.update(chunk.map(lineOf).join(""));
    rows += chunk.length;
    onChunk(chunk.length);
  }
  return { rows, sha256: hash.digest("hex") };
}
