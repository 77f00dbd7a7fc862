import type { Channel, Embedder, MemOS, NewMemory } from "../../memos/index.js";
import { type ByK, byK } from "../byK.js";
import { ingest } from "../ingest.js";
import {
  allGoldAtK,
  bootstrapInterval,
  hundredths,
  mean,
  percent,
  percentile,
  recallAtK,
} from "../metrics/index.js";
import type { RunOptions } from "../progress.js";
import { type Ranking, rank } from "../ranking.js";
import { withTemporaryStore } from "../temporaryStore.js";
import type { Passage, RetrievalDataset } from "./format.js";
import type { OpenIe, OpenIeReport } from "./openie.js";

const SCOPE = { tenant: "eval" };

export interface RetrievalOptions extends RunOptions {
  readonly ks: readonly number[];
  readonly embedder: Embedder;
  readonly channels?: Channel[] | undefined;
  /** Triples that are handed in as facts of the passages. */
  readonly openie?: OpenIe | undefined;
}

export interface RetrievalReport {
  readonly dataset: string;
  readonly n: number;
  readonly passages: number;
  /** Mean over the queries of |gold in the top k| / |gold|, in percent. */
  readonly recall: ByK<number>;
  /** Share of the queries with every gold passage in the top k, in percent. */
  readonly allGold: ByK<number>;
  /** 95 % bootstrap interval of `recall`. */
  readonly ci95: ByK<[low: number, high: number]>;
  readonly ingestSeconds: number;
  readonly p50ms: number;
  readonly p95ms: number;
  readonly llmCalls: number;
  readonly openie?: OpenIeReport;
}

/** Passage retrieval: every passage of the corpus is a memory, every question a search over all of them. */
export async function evaluateRetrieval(
  dataset: RetrievalDataset,
  options: RetrievalOptions,
): Promise<RetrievalReport> {
  return withTemporaryStore(options.embedder, (memos) => measure(memos, dataset, options));
}

async function measure(
  memos: MemOS,
  dataset: RetrievalDataset,
  options: RetrievalOptions,
): Promise<RetrievalReport> {
  const { ks, channels, signal, onProgress, onOutcome } = options;
  const { corpus, queries } = dataset;
  const started = performance.now();
  const keys = await ingest(
    memos,
    corpus.map((passage) => ({ key: passage.id, memory: memoryOf(passage, options.openie) })),
    SCOPE,
    { signal, onAdded: (added) => onProgress?.("ingest", added, corpus.length) },
  );
  const ingestSeconds = (performance.now() - started) / 1000;

  const k = Math.max(...ks);
  const answers: { ranking: Ranking; gold: ReadonlySet<string> }[] = [];
  for (const [number, { question, gold }] of queries.entries()) {
    const ranking = await rank(memos, question, SCOPE, keys, { k, channels, signal });
    answers.push({ ranking, gold });
    onOutcome?.({
      id: `${dataset.name}/${number}`,
      output: ranking.keys,
      scores: Object.fromEntries(
        ks.flatMap((at) => [
          [`recall@${at}`, recallAtK(ranking.keys, gold, at)],
          [`allGold@${at}`, allGoldAtK(ranking.keys, gold, at)],
        ]),
      ),
    });
    onProgress?.("search", answers.length, queries.length);
  }

  const scores = (score: typeof recallAtK, at: number) =>
    answers.map(({ ranking, gold }) => score(ranking.keys, gold, at));
  const latencies = answers.map(({ ranking }) => ranking.milliseconds);
  return {
    dataset: dataset.name,
    n: answers.length,
    passages: corpus.length,
    recall: byK(ks, (at) => percent(mean(scores(recallAtK, at)))),
    allGold: byK(ks, (at) => percent(mean(scores(allGoldAtK, at)))),
    ci95: byK(ks, (at) => {
      const [low, high] = bootstrapInterval(scores(recallAtK, at));
      return [percent(low), percent(high)];
    }),
    ingestSeconds: hundredths(ingestSeconds),
    p50ms: hundredths(percentile(latencies, 50)),
    p95ms: hundredths(percentile(latencies, 95)),
    llmCalls: answers.reduce((sum, { ranking }) => sum + ranking.llmCalls, 0),
    ...(options.openie === undefined ? {} : { openie: options.openie.report }),
  };
}

function memoryOf({ id, title, text }: Passage, openie: OpenIe | undefined): NewMemory {
  // A title is a name on one line, and a passage without words of its own is its title.
  const line = title.replace(/\s+/g, " ").trim();
  return {
    text: text.trim() === "" ? line : text,
    origin: "document",
    ...(line === "" ? {} : { title: line }),
    ...factsOf(openie?.facts.get(id)),
  };
}

function factsOf(facts: NewMemory["facts"]): Pick<NewMemory, "facts"> {
  return facts === undefined ? {} : { facts };
}
