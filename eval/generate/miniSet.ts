import type { Competency, Source } from "../mab/sources.js";
import { publishedSources } from "../mab/sources.js";
import { generateDetective } from "./detective.js";
import { generateDialogues } from "./dialogues.js";
import { generateDocuments } from "./documents.js";
import { generateEvents } from "./events.js";
import { generateFacts } from "./facts.js";
import { generateLabels, type LabelSet } from "./labels.js";
import { generateMovies } from "./movies.js";
import { type GeneratedRow, rowOf } from "./row.js";
import { generateSummary } from "./summary.js";

/** A small row for every published source. */
export interface MiniSet {
  readonly rows: readonly { readonly competency: Competency; readonly row: GeneratedRow }[];
  /** The `entity2id.json` of the recommendations. */
  readonly entities: Readonly<Record<string, number>>;
}

/** Tokens of a context: more than ten passages of any agent have, so that what is not found is not there by chance. */
const TOKENS = 4_000;
const QUESTIONS = 10;

/** Sessions of each question of the conversations. */
const SESSIONS = 6;

/** Between the seeds of two sources. */
const SEED_STEP = 7_919;

/**
 * A row of a few thousand tokens for every source of MemoryAgentBench (Hu, Wang and McAuley, 2025), in the shape that
 * the published data has, for runs without it. All names are invented, and figures on it stand for nothing but that
 * everything runs. The same seed gives the same rows.
 *
 * @throws MemosError INVALID_INPUT for fewer tokens than ten questions need.
 */
export async function generateMiniSet(seed: number, tokens = TOKENS): Promise<MiniSet> {
  let entities: Readonly<Record<string, number>> = {};
  const rows: MiniSet["rows"][number][] = [];
  for (const [index, source] of publishedSources().entries()) {
    const made = await rowOfSource(source, seed + index * SEED_STEP, tokens);
    entities = { ...entities, ...made.entities };
    rows.push({ competency: source.competency, row: renamed(made.row, source.name) });
  }
  return { rows, entities };
}

interface Made {
  readonly row: GeneratedRow;
  readonly entities?: Readonly<Record<string, number>>;
}

async function rowOfSource({ task, name: source }: Source, seed: number, tokens: number): Promise<Made> {
  const options = { seed, tokens, questions: QUESTIONS, source };
  switch (task) {
    case "documents":
      return { row: await generateDocuments({ ...options, hops: source.startsWith("ruler_qa2") ? 2 : 1 }) };
    case "dialogues":
      return { row: generateDialogues({ seed, sessions: SESSIONS, source }) };
    case "events":
      return { row: await generateEvents({ ...options, kinds: ["next"] }) };
    case "labels":
      return { row: await generateLabels({ ...options, set: labelSet(source) }) };
    case "movies": {
      const { entities, ...row } = await generateMovies(options);
      return { row, entities };
    }
    case "summary":
      return { row: await generateSummary(options) };
    case "detective":
      return { row: await generateDetective(options) };
    case "facts":
      return { row: await factRow(options) };
  }
}

function labelSet(source: string): LabelSet {
  const sets = ["banking77", "clinic150", "nlu", "trec_coarse", "trec_fine"] as const;
  return sets.find((set) => source.startsWith(`icl_${set}`)) ?? "nlu";
}

async function factRow(options: {
  readonly seed: number;
  readonly tokens: number;
  readonly questions: number;
  readonly source: string;
}): Promise<GeneratedRow> {
  const { context, questions, answers, metadata } = await generateFacts({
    ...options,
    hops: options.source.startsWith("factconsolidation_mh") ? [2, 3] : [1, 1],
    order: "serial",
    wording: "rephrased",
  });
  const asked = questions.map((question, index) => ({
    question,
    answers: answers[index] as readonly string[],
  }));
  return rowOf(options.source, context, asked, { stale: metadata.stale });
}

function renamed(row: GeneratedRow, source: string): GeneratedRow {
  const ids = row.questions.map((_, index) => `${source}_no${index}`);
  return { ...row, metadata: { ...row.metadata, source, qa_pair_ids: ids } };
}
