import { basename, extname } from "node:path";
import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { readJsonFile } from "../jsonFile.js";

/** Where the published data is. */
const PUBLISHED =
  "passages and questions that can be brought into this form are published as https://huggingface.co/datasets/osunlp/HippoRAG_2";

const idSchema = z.union([z.string(), z.number()]).transform(String);

const passageSchema = z
  .object({ id: idSchema, title: z.string().default(""), text: z.string() })
  .refine((passage) => `${passage.title}${passage.text}`.trim() !== "", "has neither a title nor a text");

const querySchema = z.object({
  question: z.string().min(1),
  gold: z.array(idSchema).min(1),
});

const fileSchema = z.object({
  corpus: z.array(passageSchema).min(1),
  queries: z.array(querySchema).min(1),
});

export type Passage = z.infer<typeof passageSchema>;

export interface RetrievalDataset {
  /** The name of the file without its extension. */
  readonly name: string;
  readonly corpus: readonly Passage[];
  readonly queries: readonly { readonly question: string; readonly gold: ReadonlySet<string> }[];
}

/** Reads `{ corpus: [{ id, title, text }], queries: [{ question, gold: [id] }] }`. */
export async function loadRetrieval(path: string): Promise<RetrievalDataset> {
  const { corpus, queries } = await readJsonFile(path, fileSchema, PUBLISHED);
  const ids = new Set(corpus.map((passage) => passage.id));
  if (ids.size < corpus.length)
    throw new MemosError("INVALID_INPUT", `${path} holds two passages with the same id`, { path: "corpus" });
  for (const [index, query] of queries.entries()) {
    const missing = query.gold.find((id) => !ids.has(id));
    if (missing !== undefined)
      throw new MemosError("INVALID_INPUT", `${path}: gold passage ${missing} is not in the corpus`, {
        path: `queries.${index}.gold`,
      });
  }
  return {
    name: basename(path, extname(path)),
    corpus,
    queries: queries.map(({ question, gold }) => ({ question, gold: new Set(gold) })),
  };
}
