import type { Channel, Embedder } from "../../memos/index.js";
import { sourceOf } from "../mab/sources.js";
import { TEMPLATES_HASH } from "../mab/templates.js";
import { bootstrapInterval, hundredths, mean, percent, percentile } from "../metrics/index.js";
import type { RunOptions } from "../progress.js";
import type { Speaker } from "../readers/generate.js";
import { JUDGE_HASH, judge, type Verdict } from "../readers/judge.js";
import { modelReader } from "../readers/modelReader.js";
import { recalledAnswer } from "../readers/recalledAnswer.js";
import type { LongMemEvalQuestion } from "./format.js";
import { type SessionStore, withSessions } from "./store.js";

const SOURCE = sourceOf("longmemeval");

export interface LongMemEvalAnswerOptions extends RunOptions {
  /** Who answers, and who judges. */
  readonly engine: Speaker;
  readonly embedder: Embedder;
  readonly channels?: Channel[] | undefined;
}

interface Accuracy {
  readonly n: number;
  /** Share of the questions whose answer the judge took for correct, in percent. */
  readonly accuracy: number;
}

export interface LongMemEvalAnswerReport extends Accuracy {
  readonly reader: string;
  readonly judge: string;
  readonly promptHash: string;
  readonly judgeHash: string;
  /** 95 % bootstrap interval of `accuracy`. */
  readonly ci95: [low: number, high: number];
  /** What was neither yes nor no is `unreadable`, and counts as not correct. */
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Mean of the accuracies of the types, each counted alike. */
  readonly accuracyByTypeMean: number;
  /** Each question counts under its type, those without an answer too. */
  readonly byType: Readonly<Record<string, Accuracy>>;
  /** The questions without an answer; null where there are none. */
  readonly abstention: Accuracy | null;
  readonly turns: number;
  /** Mean tokens of the compiled context at the default budget. */
  readonly contextTokens: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly ingestSeconds: number;
  /** Milliseconds from a question to its answer, without the judge. */
  readonly p50ms: number;
  readonly p95ms: number;
  readonly llmCalls: number;
}

interface Judged {
  readonly type: string;
  readonly abstention: boolean;
  readonly verdict: Verdict;
  readonly turns: number;
  readonly ingestMs: number;
  readonly milliseconds: number;
  readonly contextTokens: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly llmCalls: number;
}

/** Question answering on LongMemEval, those without an answer included: a model answers from memory and is judged. */
export async function evaluateLongMemEvalAnswers(
  questions: readonly LongMemEvalQuestion[],
  options: LongMemEvalAnswerOptions,
): Promise<LongMemEvalAnswerReport> {
  const judged: Judged[] = [];
  for (const question of questions) {
    judged.push(await withSessions(question, options, (store) => judgedAnswer(store, question, options)));
    options.onProgress?.("search", judged.length, questions.length);
  }
  const { name } = options.engine;
  return {
    reader: name,
    judge: name,
    promptHash: TEMPLATES_HASH,
    judgeHash: JUDGE_HASH,
    ...reportOf(judged),
  };
}

async function judgedAnswer(
  store: SessionStore,
  { id, type, question, answer, askedAt, abstention }: LongMemEvalQuestion,
  { engine, channels, signal, onOutcome }: LongMemEvalAnswerOptions,
): Promise<Judged> {
  const started = performance.now();
  const asked = {
    source: SOURCE,
    query: question,
    question: `(Today is ${askedAt.slice(0, 10)}.) ${question}`,
  };
  const { text, llmCalls, ...cost } = await recalledAnswer(store, asked, modelReader(engine), {
    channels,
    signal,
  });
  const milliseconds = performance.now() - started;
  const verdict = await judge(engine, { question, golds: [answer], response: text, type, id }, signal);
  onOutcome?.({ id, output: [text, verdict], scores: { correct: verdict === "yes" ? 1 : 0 } });
  return {
    type,
    abstention,
    verdict,
    turns: store.keys.size,
    ingestMs: store.ingestMs,
    milliseconds,
    ...cost,
    llmCalls: llmCalls + 1,
  };
}

function reportOf(judged: readonly Judged[]) {
  const [low, high] = bootstrapInterval(judged.map(correct));
  const latencies = judged.map(({ milliseconds }) => milliseconds);
  const total = (of: (one: Judged) => number) => judged.reduce((sum, one) => sum + of(one), 0);
  const count = (wanted: Verdict) => judged.filter(({ verdict }) => verdict === wanted).length;
  const types = [...new Set(judged.map(({ type }) => type))].sort();
  const byType = types.map((type) => [type, judged.filter((one) => one.type === type)] as const);
  const unanswerable = judged.filter(({ abstention }) => abstention);
  return {
    ...accuracyOf(judged),
    ci95: [percent(low), percent(high)] as [number, number],
    verdicts: { yes: count("yes"), no: count("no"), unreadable: count("unreadable") },
    accuracyByTypeMean: percent(mean(byType.map(([, those]) => mean(those.map(correct))))),
    byType: Object.fromEntries(byType.map(([type, those]) => [type, accuracyOf(those)])),
    abstention: unanswerable.length === 0 ? null : accuracyOf(unanswerable),
    turns: total(({ turns }) => turns),
    contextTokens: hundredths(mean(judged.map(({ contextTokens }) => contextTokens))),
    inputTokens: total(({ inputTokens }) => inputTokens),
    outputTokens: total(({ outputTokens }) => outputTokens),
    ingestSeconds: hundredths(total(({ ingestMs }) => ingestMs) / 1_000),
    p50ms: hundredths(percentile(latencies, 50)),
    p95ms: hundredths(percentile(latencies, 95)),
    llmCalls: total(({ llmCalls }) => llmCalls),
  };
}

function correct({ verdict }: Judged): number {
  return verdict === "yes" ? 1 : 0;
}

function accuracyOf(judged: readonly Judged[]): Accuracy {
  return { n: judged.length, accuracy: percent(mean(judged.map(correct))) };
}
