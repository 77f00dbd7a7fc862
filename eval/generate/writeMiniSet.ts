import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { COMPETENCIES } from "../mab/sources.js";
import { generateMiniSet } from "./miniSet.js";
import { writeRows } from "./writeRows.js";

/** What was written, with the file that recommendations are scored by. */
export interface WrittenMiniSet {
  readonly folder: string;
  readonly files: readonly string[];
  readonly entities: string;
  readonly rows: number;
  readonly questions: number;
}

/** Writes the mini-set into a folder: a JSONL file for each competency, as the published data is parted. */
export async function writeMiniSet(folder: string, seed: number, tokens?: number): Promise<WrittenMiniSet> {
  const { rows, entities } = await generateMiniSet(seed, tokens);
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const competency of COMPETENCIES) {
    const file = join(folder, `${competency}.jsonl`);
    await writeRows(
      file,
      rows.flatMap((one) => (one.competency === competency ? [one.row] : [])),
    );
    files.push(file);
  }
  const entityFile = join(folder, "entity2id.json");
  await writeFile(entityFile, `${JSON.stringify(entities)}\n`);
  const questions = rows.reduce((total, { row }) => total + row.questions.length, 0);
  return { folder, files, entities: entityFile, rows: rows.length, questions };
}
