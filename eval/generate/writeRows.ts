import { writeFile } from "node:fs/promises";

/** Writes rows as JSONL. */
export async function writeRows(file: string, rows: readonly object[]): Promise<void> {
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}
