import { sha256 } from "../../memcube/index.js";
import { type ByK, byK } from "../byK.js";
import { bootstrapInterval, hundredths, mean, percent, percentile } from "../metrics/index.js";
import type { Memorised, QuestionRecord } from "./record.js";
import type { Competency, Source } from "./sources.js";

export interface SourceReport {
  readonly source: string;
  readonly paperName: string;
  readonly competency: Competency;
  readonly contexts: number;
  readonly n: number;
  /** What `score` is: the paper's metric, or what stands for it in this mode. */
  readonly metric: string;
  /** In percent; null where the mode gives nothing to score. */
  readonly score: number | null;
  /** 95 % bootstrap interval of `score`. */
  readonly ci95: readonly [low: number, high: number] | null;
  readonly subEM: number | null;
  readonly em: number | null;
  readonly f1: number | null;
  /** Means of further scores of the source, in percent. */
  readonly further: Readonly<Record<string, number>>;
  /** Share of the questions with a gold in the first k passages, in percent. */
  readonly coverage: ByK<number> | null;
  readonly evidence: ByK<number> | null;
  /** Share of the questions with a superseded value, in percent. */
  readonly staleRate: number | null;
  readonly judge: { readonly yes: number; readonly no: number; readonly unreadable: number } | null;
  /** Mean o200k_base tokens of what was retrieved. */
  readonly contextTokens: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly llmCalls: number;
  readonly memoryConstructionSeconds: number;
  readonly memorisedTokens: number;
  readonly queryMs: number;
  readonly queryP95ms: number;
  readonly readerMs: number;
  /** Questions that an earlier process had answered. */
  readonly resumed: number;
  readonly file: string;
}

/** The scores that have a place of their own in a report. */
const OWN_PLACE = ["substring_exact_match", "exact_match", "f1"] as const;

/** Everything that is reported about one source. */
export function sourceReport(
  source: Source,
  records: readonly QuestionRecord[],
  memorised: readonly Memorised[],
  ks: readonly number[],
  about: Pick<SourceReport, "contexts" | "resumed" | "file">,
): SourceReport {
  const { metric, values } = mainScores(source, records, ks);
  const queries = records.map(({ queryMs }) => queryMs);
  const meanOf = (value: (record: QuestionRecord) => number) => mean(records.map(value));
  return {
    source: source.name,
    paperName: source.paperName,
    competency: source.competency,
    contexts: about.contexts,
    n: records.length,
    metric,
    score: values.length === 0 ? null : percent(mean(values)),
    ci95: values.length === 0 ? null : intervalOf(values),
    subEM: meanScore(records, "substring_exact_match"),
    em: meanScore(records, "exact_match"),
    f1: meanScore(records, "f1"),
    further: furtherScores(records),
    coverage: meanByK(records, "coverage", ks),
    evidence: meanByK(records, "evidence", ks),
    staleRate: staleRate(records),
    judge: verdictsOf(records),
    contextTokens: hundredths(meanOf(({ contextTokens }) => contextTokens)),
    inputTokens: sum(records.map(({ inputTokens }) => inputTokens)),
    outputTokens: sum(records.map(({ outputTokens }) => outputTokens)),
    llmCalls: sum(records.map(({ llmCalls }) => llmCalls)),
    memoryConstructionSeconds: hundredths(sum(memorised.map(({ seconds }) => seconds))),
    memorisedTokens: sum(memorised.map(({ tokens }) => tokens)),
    queryMs: hundredths(mean(queries)),
    queryP95ms: hundredths(percentile(queries, 95)),
    readerMs: hundredths(meanOf(({ readerMs }) => readerMs)),
    resumed: about.resumed,
    file: about.file,
  };
}

/** SHA-256 over every question's passages, output and scores: no time is in it, so two runs have the same. */
export function outputsHash(bySource: readonly (readonly [string, readonly QuestionRecord[]])[]): string {
  const outputs = bySource.map(([source, records]) => [
    source,
    records.map(({ context, question, output, parsed, scores, passages, verdict }) => [
      context,
      question,
      output,
      parsed,
      scores,
      passages,
      verdict,
    ]),
  ]);
  return sha256(JSON.stringify(outputs));
}

/** The metric of the paper where this mode has it; else what answers hold; with no answers, what was found. */
function mainScores(source: Source, records: readonly QuestionRecord[], ks: readonly number[]) {
  if (source.metric === "judge" && records.some(({ verdict }) => verdict !== undefined))
    return { metric: "judge", values: records.map(({ verdict }) => (verdict === "yes" ? 1 : 0)) };
  for (const metric of [source.metric, "substring_exact_match"]) {
    const values = records.flatMap(({ scores }) => scores[metric] ?? []);
    if (values.length > 0 && !isOfTitles(source, metric)) return { metric, values };
  }
  const k = String(Math.max(...ks));
  return { metric: `coverage@${k}`, values: records.flatMap(({ coverage }) => coverage?.[k] ?? []) };
}

/** Golds of recommendations are ids: the words of an answer are not to be compared with them. */
function isOfTitles({ task }: Source, metric: string): boolean {
  return task === "movies" && metric === "substring_exact_match";
}

function meanScore(records: readonly QuestionRecord[], name: string): number | null {
  const values = records.flatMap(({ scores }) => scores[name] ?? []);
  return values.length === 0 ? null : percent(mean(values));
}

function furtherScores(records: readonly QuestionRecord[]): Record<string, number> {
  const names = new Set(records.flatMap(({ scores }) => Object.keys(scores)));
  for (const name of OWN_PLACE) names.delete(name);
  return Object.fromEntries([...names].map((name) => [name, meanScore(records, name) as number]));
}

function meanByK(
  records: readonly QuestionRecord[],
  field: "coverage" | "evidence",
  ks: readonly number[],
): ByK<number> | null {
  const known = records.flatMap((record) => (record[field] === undefined ? [] : [record[field]]));
  return known.length === 0 ? null : byK(ks, (k) => percent(mean(known.map((one) => one[k] as number))));
}

function staleRate(records: readonly QuestionRecord[]): number | null {
  const known = records.flatMap(({ stale }) => (stale === undefined ? [] : [stale ? 1 : 0]));
  return known.length === 0 ? null : percent(mean(known));
}

function verdictsOf(records: readonly QuestionRecord[]): SourceReport["judge"] {
  if (records.every(({ verdict }) => verdict === undefined)) return null;
  const count = (wanted: string) => records.filter(({ verdict }) => verdict === wanted).length;
  return { yes: count("yes"), no: count("no"), unreadable: count("unreadable") };
}

function intervalOf(values: readonly number[]): [number, number] {
  const [low, high] = bootstrapInterval(values);
  return [percent(low), percent(high)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
