import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { readJsonFile } from "../jsonFile.js";
import { loadLocomo } from "../locomo/format.js";
import { loadRetrieval } from "../retrieval/format.js";

export interface JudgedText {
  readonly id: string;
  readonly text: string;
}

const squadSchema = z.object({
  data: z.array(
    z.object({ title: z.string().default(""), paragraphs: z.array(z.object({ context: z.string() })) }),
  ),
});

/**
 * The texts of a data set with an id each: turns of LoCoMo, passages of a retrieval set, paragraphs of SQuAD
 * or of a plain text, lines of CSV or TSV.
 *
 * @throws MemosError INVALID_INPUT for a file that cannot be read or holds none.
 */
export async function judgedTexts(path: string): Promise<JudgedText[]> {
  const texts = extname(path) === ".json" ? await fromJson(path) : await fromLines(path);
  const said = texts.filter(({ text }) => text.trim() !== "");
  if (said.length === 0) throw new MemosError("INVALID_INPUT", `${basename(path)} holds no text.`);
  return said;
}

async function fromJson(path: string): Promise<JudgedText[]> {
  const value = await readJsonFile(path, z.unknown());
  if (Array.isArray(value))
    return (await loadLocomo(path)).flatMap(({ sampleId, sessions }) =>
      sessions.flatMap(({ turns }) =>
        turns.map(({ dia_id, text }) => ({ id: `${sampleId} ${dia_id}`, text })),
      ),
    );
  if (typeof value === "object" && value !== null && "corpus" in value)
    return (await loadRetrieval(path)).corpus.map(({ id, title, text }) => ({
      id,
      text: `${title}\n${text}`,
    }));
  const { data } = await readJsonFile(path, squadSchema);
  return data.flatMap(({ title, paragraphs }) =>
    paragraphs.map(({ context }, index) => ({ id: `${title} ${index + 1}`, text: context })),
  );
}

/** A line for each example of a table, a paragraph between blank lines of a book. */
async function fromLines(path: string): Promise<JudgedText[]> {
  const whole = await readFile(path, "utf8").catch((cause) => {
    throw new MemosError("INVALID_INPUT", `cannot read ${path}`, { cause });
  });
  const isTable = [".csv", ".tsv"].includes(extname(path));
  const parts = whole.split(isTable ? /\r?\n/ : /\r?\n[ \t]*\r?\n/);
  return parts.map((text, index) => ({ id: String(index + 1), text }));
}
