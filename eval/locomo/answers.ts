import { MemosError } from "../../memcube/index.js";
import type { Channel, Embedder, MemOS } from "../../memos/index.js";
import { bootstrapInterval, hundredths, mean, percent, percentile } from "../metrics/index.js";
import type { RunOptions } from "../progress.js";
import { withTemporaryStore } from "../temporaryStore.js";
import type { LocomoAnswerer } from "./answerer.js";
import { locomoScore } from "./answerScore.js";
import { ADVERSARIAL } from "./categories.js";
import type { LocomoConversation, LocomoQuestion } from "./format.js";
import { ingestAll, scopeOf } from "./store.js";

export interface LocomoAnswerOptions extends RunOptions {
  readonly answerer: LocomoAnswerer;
  readonly embedder: Embedder;
  readonly channels?: Channel[] | undefined;
}

interface Score {
  readonly n: number;
  /** Mean of LoCoMo's own scores, in percent. */
  readonly f1: number;
}

export interface LocomoAnswerReport extends Score {
  readonly reader: string;
  readonly promptHash: string | null;
  readonly conversations: number;
  /** 95 % bootstrap interval of `f1`. */
  readonly ci95: [low: number, high: number];
  /** The questions that have an answer, categories 1 to 4; null where there are none. */
  readonly answerable: Score | null;
  readonly byCategory: Readonly<Record<string, Score>>;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly ingestSeconds: number;
  /** Milliseconds from a question to its answer. */
  readonly p50ms: number;
  readonly p95ms: number;
  readonly llmCalls: number;
}

interface Scored {
  readonly category: number;
  readonly f1: number;
  readonly milliseconds: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly llmCalls: number;
}

/** Question answering on LoCoMo, every question of the file, scored as its own code scores. */
export async function evaluateLocomoAnswers(
  conversations: readonly LocomoConversation[],
  options: LocomoAnswerOptions,
): Promise<LocomoAnswerReport> {
  for (const { sampleId, questions } of conversations)
    for (const question of questions) requireScorable(question, sampleId);
  if (conversations.every(({ questions }) => questions.length === 0))
    throw new MemosError("INVALID_INPUT", "no conversation of the file has a question");
  return withTemporaryStore(options.embedder, async (memos) => {
    const started = performance.now();
    await ingestAll(memos, conversations, options);
    const ingestSeconds = hundredths((performance.now() - started) / 1_000);
    const scored = await answerAll(memos, conversations, options);
    const { name, promptHash } = options.answerer;
    return {
      reader: name,
      promptHash,
      conversations: conversations.length,
      ...reportOf(scored),
      ingestSeconds,
    };
  });
}

/** Said before anything is stored. */
function requireScorable({ question, category, answer }: LocomoQuestion, conversation: string): void {
  locomoScore(category, "", "");
  if (category !== ADVERSARIAL && (answer ?? null) === null)
    throw new MemosError("INVALID_INPUT", `conversation ${conversation} has no answer to "${question}"`);
}

async function answerAll(
  memos: MemOS,
  conversations: readonly LocomoConversation[],
  { answerer, channels, signal, onProgress, onOutcome }: LocomoAnswerOptions,
): Promise<Scored[]> {
  const total = conversations.flatMap(({ questions }) => questions).length;
  const scored: Scored[] = [];
  for (const conversation of conversations) {
    const memory = { memos, scope: scopeOf(conversation) };
    for (const [number, { question, category, answer }] of conversation.questions.entries()) {
      const started = performance.now();
      const { text, ...cost } = await answerer.answer(question, memory, { channels, signal });
      const milliseconds = performance.now() - started;
      const f1 = locomoScore(category, text, answer ?? "");
      scored.push({ category, f1, milliseconds, ...cost });
      onOutcome?.({ id: `${conversation.sampleId}/${number}`, output: text, scores: { f1 } });
      onProgress?.("search", scored.length, total);
    }
  }
  return scored;
}

function reportOf(scored: readonly Scored[]) {
  const categories = [...new Set(scored.map(({ category }) => category))].sort((a, b) => a - b);
  const [low, high] = bootstrapInterval(scored.map(({ f1 }) => f1));
  const latencies = scored.map(({ milliseconds }) => milliseconds);
  const answerable = scored.filter(({ category }) => category !== ADVERSARIAL);
  const total = (of: (one: Scored) => number) => scored.reduce((sum, one) => sum + of(one), 0);
  return {
    ...scoreOf(scored),
    ci95: [percent(low), percent(high)] as [number, number],
    answerable: answerable.length === 0 ? null : scoreOf(answerable),
    byCategory: Object.fromEntries(
      categories.map((category) => [
        String(category),
        scoreOf(scored.filter((one) => one.category === category)),
      ]),
    ),
    inputTokens: total((one) => one.inputTokens),
    outputTokens: total((one) => one.outputTokens),
    p50ms: hundredths(percentile(latencies, 50)),
    p95ms: hundredths(percentile(latencies, 95)),
    llmCalls: total((one) => one.llmCalls),
  };
}

function scoreOf(scored: readonly Scored[]): Score {
  return { n: scored.length, f1: percent(mean(scored.map(({ f1 }) => f1))) };
}
