import { basename, extname } from "node:path";
import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { readJsonFile } from "../jsonFile.js";

/** Where the published data is. */
const PUBLISHED = "one that is published is xquad.en.json of https://github.com/google-deepmind/xquad";

const questionSchema = z.object({
  id: z.string().min(1),
  question: z.string().min(1),
  answers: z.array(z.object({ text: z.string().min(1) })),
});

const paragraphSchema = z.object({
  context: z.string().refine((text) => text.trim() !== "", "is empty"),
  qas: z.array(questionSchema),
});

const fileSchema = z.object({ data: z.array(z.object({ paragraphs: z.array(paragraphSchema) })).min(1) });

export interface Needle {
  /** Unique in its file. */
  readonly key: string;
  readonly text: string;
}

export interface NeedleQuestion {
  readonly id: string;
  readonly question: string;
  /** The paragraph that the question was asked about. */
  readonly needle: string;
  /** The answer, as one or several people marked it in the paragraph. */
  readonly golds: readonly string[];
}

export interface NeedleDataset {
  /** The name of the file without its extension. */
  readonly name: string;
  readonly needles: readonly Needle[];
  readonly questions: readonly NeedleQuestion[];
  /** Questions without an answer, as SQuAD 2 has them: nothing could be found for them. */
  readonly unanswerable: number;
}

/** Reads a file in SQuAD's format (Rajpurkar et al., 2016), as XQuAD and the like have it. */
export async function loadNeedles(path: string): Promise<NeedleDataset> {
  const { data } = await readJsonFile(path, fileSchema, PUBLISHED);
  const paragraphs = data.flatMap((article) => article.paragraphs);
  const needles = paragraphs.map(({ context }, at) => ({ key: keyOf(at), text: context }));
  const all = paragraphs.flatMap(({ qas }, at) =>
    qas.map(({ id, question, answers }) => ({
      id,
      question,
      needle: keyOf(at),
      golds: answers.map(({ text }) => text),
    })),
  );
  const questions = all.filter(({ golds }) => golds.length > 0);
  if (questions.length === 0)
    throw new MemosError("INVALID_INPUT", `${path} holds no question with an answer`);
  return {
    name: basename(path, extname(path)),
    needles,
    questions,
    unanswerable: all.length - questions.length,
  };
}

function keyOf(paragraph: number): string {
  return `paragraph ${paragraph + 1}`;
}
