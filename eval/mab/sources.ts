import { MemosError } from "../../memcube/index.js";
import type { AnswerScores } from "../metrics/index.js";

/** The four competencies, as the data names its splits. */
export const COMPETENCIES = [
  "Accurate_Retrieval",
  "Test_Time_Learning",
  "Long_Range_Understanding",
  "Conflict_Resolution",
] as const;
export type Competency = (typeof COMPETENCIES)[number];

/** The paper renamed the fourth; the data did not. */
const RENAMED: Readonly<Record<string, Competency>> = { Selective_Forgetting: "Conflict_Resolution" };

/** Which wording, which reader and which post-processing a source has. */
export type Task =
  | "documents"
  | "dialogues"
  | "events"
  | "labels"
  | "movies"
  | "summary"
  | "detective"
  | "facts";

/** What the paper's table reports: a score of the result file, or the verdict of a judge. */
export type Metric = keyof AnswerScores | "recsys_recall@5" | "judge" | "summary_f1";

/** How the sources of one kind are run; docs/evaluation.md has the table. */
export interface SourceKind {
  readonly task: Task;
  readonly competency: Competency;
  readonly metric: Metric;
  /** Tokens (o200k_base) of one memorised chunk. */
  readonly chunkTokens: 512 | 4_096;
  /** Tokens of an answer. */
  readonly generationTokens: number;
  /** The sources of the published data, and what the paper calls them. */
  readonly published: Readonly<Record<string, string>>;
  /** What other sources of this kind begin with. */
  readonly prefix: string;
}

export interface Source extends Omit<SourceKind, "published" | "prefix"> {
  readonly name: string;
  readonly paperName: string;
}

const KINDS: readonly SourceKind[] = [
  {
    task: "documents",
    competency: "Accurate_Retrieval",
    metric: "substring_exact_match",
    chunkTokens: 512,
    generationTokens: 50,
    published: { ruler_qa1_197K: "SH-Doc QA", ruler_qa2_421K: "MH-Doc QA" },
    prefix: "ruler_",
  },
  {
    task: "dialogues",
    competency: "Accurate_Retrieval",
    metric: "judge",
    chunkTokens: 512,
    generationTokens: 50,
    published: { "longmemeval_s*": "LME(S*)" },
    prefix: "longmemeval",
  },
  {
    task: "events",
    competency: "Accurate_Retrieval",
    metric: "substring_exact_match",
    chunkTokens: 4_096,
    generationTokens: 40,
    published: { eventqa_full: "EventQA", eventqa_65536: "EventQA (64K)", eventqa_131072: "EventQA (128K)" },
    prefix: "eventqa",
  },
  {
    task: "labels",
    competency: "Test_Time_Learning",
    metric: "exact_match",
    chunkTokens: 4_096,
    generationTokens: 20,
    published: {
      icl_banking77_5900shot_balance: "MCC (BANKING77)",
      icl_clinic150_7050shot_balance: "MCC (CLINC150)",
      icl_nlu_8296shot_balance: "MCC (NLU)",
      icl_trec_coarse_6600shot_balance: "MCC (TREC coarse)",
      icl_trec_fine_6400shot_balance: "MCC (TREC fine)",
    },
    prefix: "icl_",
  },
  {
    task: "movies",
    competency: "Test_Time_Learning",
    metric: "recsys_recall@5",
    chunkTokens: 4_096,
    generationTokens: 300,
    published: { recsys_redial_full: "Movie Rec." },
    prefix: "recsys_",
  },
  {
    task: "summary",
    competency: "Long_Range_Understanding",
    metric: "summary_f1",
    chunkTokens: 4_096,
    generationTokens: 1_200,
    published: { infbench_sum_eng_shots2: "∞Bench-Sum" },
    prefix: "infbench_sum",
  },
  {
    task: "detective",
    competency: "Long_Range_Understanding",
    metric: "exact_match",
    chunkTokens: 4_096,
    generationTokens: 2_000,
    published: { detective_qa: "Detective QA" },
    prefix: "detective",
  },
  {
    task: "facts",
    competency: "Conflict_Resolution",
    metric: "substring_exact_match",
    chunkTokens: 512,
    generationTokens: 10,
    published: Object.fromEntries(
      ["sh", "mh"].flatMap((hops) =>
        ["6k", "32k", "64k", "262k"].map((size) => [
          `factconsolidation_${hops}_${size}`,
          `FC-${hops.toUpperCase()} (${size.toUpperCase()})`,
        ]),
      ),
    ),
    prefix: "factconsolidation",
  },
];

/** Every source of the published data, in the order of the paper's table. */
export function publishedSources(): Source[] {
  return KINDS.flatMap((kind) => Object.keys(kind.published)).map(sourceOf);
}

/**
 * How a source is run. Names that are not of the published data are run as the kind that they begin like, so
 * that `factconsolidation_sh_16k` or `eventqa_1000` needs no entry.
 *
 * @throws MemosError INVALID_INPUT for a name of no kind.
 */
export function sourceOf(name: string): Source {
  const kind =
    KINDS.find(({ published }) => Object.hasOwn(published, name)) ??
    KINDS.find(({ prefix }) => name.toLowerCase().startsWith(prefix));
  if (kind === undefined)
    throw new MemosError(
      "INVALID_INPUT",
      `\`metadata.source\` is "${name}", which is of no known kind: ${KINDS.map(({ prefix }) => `${prefix}…`).join(", ")}`,
    );
  const { published, prefix: _prefix, ...settings } = kind;
  return { name, paperName: published[name] ?? name, ...settings };
}

/**
 * A competency by the data's name or the paper's, in any case.
 *
 * @throws MemosError INVALID_INPUT for any other name.
 */
export function competencyOf(name: string): Competency {
  const same = (candidate: string) => candidate.toLowerCase() === name.toLowerCase().replaceAll(" ", "_");
  const known = COMPETENCIES.find(same);
  if (known !== undefined) return known;
  const renamed = Object.keys(RENAMED).find(same);
  if (renamed !== undefined) return RENAMED[renamed] as Competency;
  throw new MemosError(
    "INVALID_INPUT",
    `"${name}" is no split: ${[...COMPETENCIES, ...Object.keys(RENAMED)].join(", ")}`,
  );
}
