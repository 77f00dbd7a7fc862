import type { Scope } from "../../memcube/index.js";
import type { Embedder, MemOS } from "../../memos/index.js";
import { o200k } from "../../memos/retrieval/tokens.js";
import { ingest } from "../ingest.js";
import { chunksOf } from "../mab/chunks.js";
import { bootstrapInterval, hundredths, mean, percent, percentile } from "../metrics/index.js";
import type { RunOptions } from "../progress.js";
import { withTemporaryStore } from "../temporaryStore.js";
import type { Book } from "./books.js";
import { type PairOptions, type Perturbation, type SegmentPair, segmentPairs } from "./pairs.js";

/** Tokens of the memories that a book is stored in. */
const CHUNK_TOKENS = 512;

export interface SortOptions extends RunOptions, PairOptions {
  readonly embedder: Embedder;
}

export interface SortScore {
  readonly n: number;
  /** Share of the pairs whose order was given rightly, in percent. Half of them are right by chance. */
  readonly accuracy: number;
}

export interface SortReport extends SortScore {
  /** 95 % bootstrap interval of the accuracy. */
  readonly ci95: [low: number, high: number];
  /** Pairs of which memory did not know the order; they count as wrong. */
  readonly unknown: number;
  readonly words: number;
  readonly seed: number;
  readonly perturb: Perturbation | null;
  readonly byBook: Readonly<Record<string, SortScore>>;
  /** By distance in the book, from neighbours to opposite ends. */
  readonly byDistance: readonly SortScore[];
  readonly chunks: number;
  readonly ingestSeconds: number;
  readonly p50ms: number;
  readonly p95ms: number;
  readonly llmCalls: number;
}

interface Answer {
  readonly book: string;
  readonly bin: number;
  readonly right: number;
  readonly known: boolean;
  readonly milliseconds: number;
  readonly llmCalls: number;
}

interface BookPair extends SegmentPair {
  readonly book: string;
}

/** Sequence order recall: every book is the memory of one user, every pair of segments a question about its order. */
export async function evaluateSort(books: readonly Book[], options: SortOptions): Promise<SortReport> {
  // Before anything is stored: a book that is too short is said at once.
  const pairs = books.flatMap(({ name, text }) =>
    segmentPairs(text, options).map((pair) => ({ ...pair, book: name })),
  );
  return withTemporaryStore(options.embedder, (memos) => measure(memos, books, pairs, options));
}

function scopeOf(book: string): Scope {
  return { tenant: "eval", user: book };
}

async function measure(
  memos: MemOS,
  books: readonly Book[],
  pairs: readonly BookPair[],
  { words, seed, perturb, signal, onProgress, onOutcome }: SortOptions,
): Promise<SortReport> {
  const started = performance.now();
  const counter = await o200k();
  const chunked: { name: string; chunks: string[] }[] = [];
  for (const { name, text } of books) {
    const pieces = await chunksOf(text, CHUNK_TOKENS, counter, signal);
    chunked.push({ name, chunks: pieces.map((piece) => piece.text) });
  }
  const total = chunked.reduce((sum, { chunks }) => sum + chunks.length, 0);
  let stored = 0;
  for (const { name, chunks } of chunked) {
    const before = stored;
    const memories = chunks.map((text, index) => ({
      key: `${name}, chunk ${index + 1}`,
      memory: { text, origin: "document" as const, session: name },
    }));
    stored += (
      await ingest(memos, memories, scopeOf(name), {
        signal,
        onAdded: (added) => onProgress?.("ingest", before + added, total),
      })
    ).size;
  }
  const ingestSeconds = (performance.now() - started) / 1000;
  const answers: Answer[] = [];
  for (const [number, { book, bin, a, b, first }] of pairs.entries()) {
    const asked = performance.now();
    const answer = await memos.order(a, b, scopeOf(book), { signal });
    answers.push({
      book,
      bin,
      right: answer.first === first ? 1 : 0,
      known: answer.first !== null,
      milliseconds: performance.now() - asked,
      llmCalls: answer.receipt.llmCalls,
    });
    onOutcome?.({
      id: `${book}/${number}`,
      output: answer.first ?? "",
      scores: { accuracy: answer.first === first ? 1 : 0 },
    });
    onProgress?.("search", answers.length, pairs.length);
  }
  const [low, high] = bootstrapInterval(answers.map(({ right }) => right));
  const latencies = answers.map(({ milliseconds }) => milliseconds);
  const bins = [...new Set(pairs.map(({ bin }) => bin))].sort((a, b) => a - b);
  return {
    ...scoreOf(answers),
    ci95: [percent(low), percent(high)],
    unknown: answers.filter(({ known }) => !known).length,
    words,
    seed,
    perturb: perturb ?? null,
    byBook: Object.fromEntries(
      books.map(({ name }) => [name, scoreOf(answers.filter(({ book }) => book === name))]),
    ),
    byDistance: bins.map((bin) => scoreOf(answers.filter((answer) => answer.bin === bin))),
    chunks: stored,
    ingestSeconds: hundredths(ingestSeconds),
    p50ms: hundredths(percentile(latencies, 50)),
    p95ms: hundredths(percentile(latencies, 95)),
    llmCalls: answers.reduce((sum, answer) => sum + answer.llmCalls, 0),
  };
}

function scoreOf(answers: readonly Answer[]): SortScore {
  return { n: answers.length, accuracy: percent(mean(answers.map(({ right }) => right))) };
}
