import type { Channel, Embedder, MemOS } from "../../memos/index.js";
import { o200k } from "../../memos/retrieval/tokens.js";
import { type ByK, byK } from "../byK.js";
import { ingest, type KeyedMemory } from "../ingest.js";
import type { Piece } from "../mab/chunks.js";
import { PassageText } from "../mab/coverage.js";
import { bootstrapInterval, hundredths, mean, percent, percentile, recallAtK } from "../metrics/index.js";
import type { RunOptions } from "../progress.js";
import { rank } from "../ranking.js";
import type { Book } from "../sort/books.js";
import { withTemporaryStore } from "../temporaryStore.js";
import type { NeedleDataset } from "./format.js";
import { hayOf, hidden } from "./hay.js";

const SCOPE = { tenant: "eval" };

export interface HaystackOptions extends RunOptions {
  readonly ks: readonly number[];
  /** Tokens of book text that the paragraphs are hidden in. */
  readonly tokens: number;
  readonly embedder: Embedder;
  readonly channels?: Channel[] | undefined;
}

export interface HaystackReport {
  readonly dataset: string;
  readonly n: number;
  /** Questions of the file that have no answer: not asked. */
  readonly unanswerable: number;
  readonly paragraphs: number;
  readonly chunks: number;
  /** Tokens of the chunks of book text. */
  readonly hayTokens: number;
  /** Share of the questions whose paragraph is in the top k, in percent. */
  readonly recall: ByK<number>;
  /** 95 % bootstrap interval of `recall`. */
  readonly ci95: ByK<[low: number, high: number]>;
  /** Share of the questions whose answer, normalised, is somewhere in the top k: in that paragraph or by chance. */
  readonly coverage: ByK<number>;
  /** Mean tokens of the compiled context at the default budget. */
  readonly contextTokens: number;
  readonly ingestSeconds: number;
  readonly p50ms: number;
  readonly p95ms: number;
  readonly llmCalls: number;
}

interface Found {
  readonly recalls: ByK<number>;
  readonly coverages: ByK<number>;
  readonly contextTokens: number;
  readonly milliseconds: number;
  readonly llmCalls: number;
}

/** Paragraphs inside a long text: each is a memory among those of some books, every question a search over all. */
export async function evaluateHaystack(
  dataset: NeedleDataset,
  books: readonly Book[],
  options: HaystackOptions,
): Promise<HaystackReport> {
  // Before anything is stored: books that are too short are said at once.
  const hay = await hayOf(books, options.tokens, await o200k(), options.signal);
  return withTemporaryStore(options.embedder, (memos) => measure(memos, dataset, hay, options));
}

async function measure(
  memos: MemOS,
  dataset: NeedleDataset,
  hay: readonly Piece[],
  options: HaystackOptions,
): Promise<HaystackReport> {
  const { ks, signal, onProgress } = options;
  const memories = memoriesOf(dataset, hay);
  const started = performance.now();
  const keys = await ingest(memos, memories, SCOPE, {
    signal,
    onAdded: (added) => onProgress?.("ingest", added, memories.length),
  });
  const ingestSeconds = (performance.now() - started) / 1_000;
  const found: Found[] = [];
  for (const question of dataset.questions) {
    found.push(await find(memos, question, keys, options));
    onProgress?.("search", found.length, dataset.questions.length);
  }
  const latencies = found.map(({ milliseconds }) => milliseconds);
  return {
    dataset: dataset.name,
    n: found.length,
    unanswerable: dataset.unanswerable,
    paragraphs: dataset.needles.length,
    chunks: hay.length,
    hayTokens: hay.reduce((sum, { tokens }) => sum + tokens, 0),
    recall: byK(ks, (k) => percent(mean(found.map(({ recalls }) => recalls[k] as number)))),
    ci95: byK(ks, (k) => {
      const [low, high] = bootstrapInterval(found.map(({ recalls }) => recalls[k] as number));
      return [percent(low), percent(high)];
    }),
    coverage: byK(ks, (k) => percent(mean(found.map(({ coverages }) => coverages[k] as number)))),
    contextTokens: hundredths(mean(found.map(({ contextTokens }) => contextTokens))),
    ingestSeconds: hundredths(ingestSeconds),
    p50ms: hundredths(percentile(latencies, 50)),
    p95ms: hundredths(percentile(latencies, 95)),
    llmCalls: found.reduce((sum, { llmCalls }) => sum + llmCalls, 0),
  };
}

function memoriesOf({ needles }: NeedleDataset, hay: readonly Piece[]): KeyedMemory[] {
  const memory = (key: string, text: string) => ({ key, memory: { text, origin: "document" as const } });
  return hidden(
    needles.map(({ key, text }) => memory(key, text)),
    hay.map(({ text }, at) => memory(`chunk ${at + 1}`, text)),
  );
}

async function find(
  memos: MemOS,
  { id, question, needle, golds }: NeedleDataset["questions"][number],
  keys: Parameters<typeof rank>[3],
  { ks, channels, signal, onOutcome }: HaystackOptions,
): Promise<Found> {
  const ranking = await rank(memos, question, SCOPE, keys, { k: Math.max(...ks), channels, signal });
  const context = await memos.recall(question, SCOPE, { channels, signal });
  const gold = new Set([needle]);
  const passages = new PassageText(ranking.texts);
  const first = Math.min(...golds.map((text) => passages.rankOf(text)));
  const recalls = byK(ks, (k) => recallAtK(ranking.keys, gold, k));
  const coverages = byK(ks, (k) => (first <= k ? 1 : 0));
  onOutcome?.({
    id,
    output: ranking.keys,
    scores: Object.fromEntries(
      ks.flatMap((k) => [
        [`recall@${k}`, recalls[k] as number],
        [`coverage@${k}`, coverages[k] as number],
      ]),
    ),
  });
  return {
    recalls,
    coverages,
    contextTokens: context.tokens,
    milliseconds: ranking.milliseconds,
    llmCalls: ranking.llmCalls + context.receipt.llmCalls,
  };
}
