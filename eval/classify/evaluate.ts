import type { Embedder, MemOS } from "../../memos/index.js";
import { ingest } from "../ingest.js";
import { bootstrapInterval, hundredths, mean, percent, percentile } from "../metrics/index.js";
import type { RunOptions } from "../progress.js";
import { withTemporaryStore } from "../temporaryStore.js";
import type { LabelledText } from "./format.js";

const SCOPE = { tenant: "eval" };

export interface ClassifyOptions extends RunOptions {
  /** Neighbours that vote. */
  readonly k: number;
  readonly embedder: Embedder;
}

export interface ClassifyReport {
  /** Texts that were to be labelled. */
  readonly n: number;
  /** Examples in memory, and their labels. */
  readonly examples: number;
  readonly labels: number;
  readonly k: number;
  /** Share of the texts that were given their label, in percent, and its 95 % bootstrap interval. */
  readonly accuracy: number;
  readonly ci95: [low: number, high: number];
  readonly ingestSeconds: number;
  /** The first question: the examples are learned from for it. */
  readonly learnSeconds: number;
  /** Of the questions after the first. */
  readonly p50ms: number;
  readonly p95ms: number;
  readonly llmCalls: number;
}

/** Classification by example: every text of the training file is a labelled memory, every other a question. */
export async function evaluateClassify(
  train: readonly LabelledText[],
  test: readonly LabelledText[],
  options: ClassifyOptions,
): Promise<ClassifyReport> {
  return withTemporaryStore(options.embedder, (memos) => measure(memos, train, test, options));
}

async function measure(
  memos: MemOS,
  train: readonly LabelledText[],
  test: readonly LabelledText[],
  { k, signal, onProgress, onOutcome }: ClassifyOptions,
): Promise<ClassifyReport> {
  const started = performance.now();
  await ingest(
    memos,
    train.map(({ text, label }, index) => ({
      key: `line ${index + 1}`,
      memory: { text, metadata: { label } },
    })),
    SCOPE,
    { signal, onAdded: (added) => onProgress?.("ingest", added, train.length) },
  );
  const ingestSeconds = (performance.now() - started) / 1000;
  const right: number[] = [];
  const latencies: number[] = [];
  let labels = 0;
  let llmCalls = 0;
  for (const { text, label } of test) {
    const asked = performance.now();
    const answer = await memos.nearest(text, SCOPE, { k, signal });
    latencies.push(performance.now() - asked);
    right.push(answer.label === label ? 1 : 0);
    labels = answer.receipt.labels;
    llmCalls += answer.receipt.llmCalls;
    onOutcome?.({
      id: `${right.length}`,
      output: answer.label ?? "",
      scores: { accuracy: answer.label === label ? 1 : 0 },
    });
    onProgress?.("search", right.length, test.length);
  }
  const [low, high] = bootstrapInterval(right);
  const [first = 0, ...others] = latencies;
  const later = others.length === 0 ? latencies : others;
  return {
    n: right.length,
    examples: train.length,
    labels,
    k,
    accuracy: percent(mean(right)),
    ci95: [percent(low), percent(high)],
    ingestSeconds: hundredths(ingestSeconds),
    learnSeconds: hundredths(first / 1000),
    p50ms: hundredths(percentile(later, 50)),
    p95ms: hundredths(percentile(later, 95)),
    llmCalls,
  };
}
