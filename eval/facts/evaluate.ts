import type { Embedder } from "../../memos/index.js";
import { o200k } from "../../memos/retrieval/tokens.js";
import { ingest } from "../ingest.js";
import { chunksOf } from "../mab/chunks.js";
import {
  bootstrapInterval,
  hundredths,
  mean,
  percent,
  percentile,
  substringMatch,
} from "../metrics/index.js";
import type { RunOptions } from "../progress.js";
import { withTemporaryStore } from "../temporaryStore.js";
import { answerFromFacts } from "./answer.js";
import type { AskedFacts } from "./rows.js";

export interface FactReport {
  readonly source: string;
  readonly n: number;
  /** Percent of questions whose answer contains the expected one, and its 95 % interval. */
  readonly subEM: number;
  readonly ci95: readonly [number, number];
  /** Percent of questions answered with a value that no longer holds. */
  readonly stale: number;
  /** Percent of questions to which it was said that the answer is not known. */
  readonly unknown: number;
  readonly byHops: Readonly<Record<string, { n: number; subEM: number }>>;
  readonly chunks: number;
  readonly contextTokens: number;
  readonly ingestSeconds: number;
  readonly tokensPerSecond: number;
  readonly p50ms: number;
  readonly p95ms: number;
  /** Questions that were not answered as expected. */
  readonly missed: readonly { question: string; answer: string; text: string | undefined }[];
}

export interface FactEvaluationOptions extends RunOptions {
  readonly chunkTokens: number;
  readonly embedder: Embedder;
}

/** Adds the context of a row in chunks and answers its questions from facts, without a model. */
export async function evaluateFacts(
  row: AskedFacts,
  { chunkTokens, embedder, signal, onProgress, onOutcome }: FactEvaluationOptions,
): Promise<FactReport> {
  const counter = await o200k();
  const chunks = await chunksOf(row.context, chunkTokens, counter, signal);
  const contextTokens = counter.count(row.context);
  const scope = { tenant: "eval", user: row.metadata.source };
  return withTemporaryStore(embedder, async (memos) => {
    const began = performance.now();
    const memories = chunks.map(({ text }, index) => ({ key: String(index), memory: { text } }));
    await ingest(memos, memories, scope, {
      signal,
      onAdded: (added) => onProgress?.("ingest", added, chunks.length),
    });
    const ingestSeconds = (performance.now() - began) / 1_000;
    const results: { right: boolean; stale: boolean; known: boolean; hops: number; ms: number }[] = [];
    const missed: { question: string; answer: string; text: string | undefined }[] = [];
    for (const [index, question] of row.questions.entries()) {
      signal?.throwIfAborted();
      const asked = performance.now();
      const answer = await answerFromFacts(memos, scope, question, signal);
      const ms = performance.now() - asked;
      const golds = row.answers[index] as readonly string[];
      const text = answer?.text ?? "";
      const right = golds.some((gold) => substringMatch(text, gold) === 1);
      const stale =
        !right && (row.metadata.stale?.[index] ?? []).some((value) => substringMatch(text, value) === 1);
      results.push({ right, stale, known: answer !== undefined, hops: row.metadata.hops?.[index] ?? 0, ms });
      onOutcome?.({
        id: `${row.metadata.source}/${index}`,
        output: text,
        scores: { subEM: Number(right), stale: Number(stale) },
      });
      if (!right) missed.push({ question, answer: golds[0] ?? "", text: answer?.text });
      onProgress?.("search", index + 1, row.questions.length);
    }
    const share = (values: readonly boolean[]) => percent(mean(values.map(Number)));
    const [low, high] = bootstrapInterval(results.map(({ right }) => 100 * Number(right)));
    const times = results.map(({ ms }) => ms);
    return {
      source: row.metadata.source,
      n: results.length,
      subEM: share(results.map(({ right }) => right)),
      ci95: [hundredths(low), hundredths(high)],
      stale: share(results.map(({ stale }) => stale)),
      unknown: share(results.map(({ known }) => !known)),
      byHops: Object.fromEntries(
        [...new Set(results.map(({ hops }) => hops))].sort().map((hops) => {
          const of = results.filter((result) => result.hops === hops);
          return [hops, { n: of.length, subEM: share(of.map(({ right }) => right)) }];
        }),
      ),
      chunks: chunks.length,
      contextTokens,
      ingestSeconds: hundredths(ingestSeconds),
      tokensPerSecond: Math.round(contextTokens / ingestSeconds),
      p50ms: hundredths(percentile(times, 50)),
      p95ms: hundredths(percentile(times, 95)),
      missed,
    };
  });
}
