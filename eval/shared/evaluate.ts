import { LIMITS, type Scope } from "../../memcube/index.js";
import { throwIfAborted } from "../../memos/aborted.js";
import type { Embedder, Engine, MemOS } from "../../memos/index.js";
import { memoriesOf } from "../agents/memos.js";
import { checkWhole, type GeneratedRow } from "../generate/row.js";
import { ingest } from "../ingest.js";
import { hundredths, mean, percent, percentile } from "../metrics/index.js";
import { hashOf, type Outcome } from "../outcome.js";
import type { RunOptions } from "../progress.js";
import { withTemporaryStore } from "../temporaryStore.js";
import { SCORERS, SHARED_TASKS, type SharedTask, sharedContexts } from "./contexts.js";
import { SHARED_LIMITS } from "./limits.js";
import { memoryResponder, modelResponder, type Responder, type Response } from "./responder.js";

export interface SharedOptions extends RunOptions {
  readonly seed: number;
  /** Length of each context, by o200k_base. */
  readonly tokens: number;
  /** Requests of each context, each in a session of its own. */
  readonly requests: number;
  readonly embedder: Embedder;
  /** Answers, and keeps states; without one, memory answers by itself. */
  readonly engine?: Engine | undefined;
}

export interface SharedReport {
  readonly n: number;
  /** Who answered. */
  readonly answeredBy: string;
  /** In percent: exact tokens, shares of the variables, and F1 of the words. */
  readonly accuracy: Readonly<Record<SharedTask, number>>;
  /** Percent of the prompt tokens that were restored or reused instead of evaluated; null without a model. */
  readonly cachedShare: number | null;
  readonly restoredTokens: number;
  readonly reusedTokens: number;
  readonly promptTokens: number;
  /** Percent of the passages that begin the prompts; the rest is recalled. Null without a model. */
  readonly compiledShare: number | null;
  /** All contexts, and the compilation of their states where there is an engine. */
  readonly ingestSeconds: number;
  /** Versions that were written while requests were answered: 0 when nothing was ingested again. */
  readonly reingested: number;
  readonly p50ms: number;
  readonly outputsHash: string;
}

interface Asked {
  readonly task: SharedTask;
  readonly index: number;
  readonly row: GeneratedRow;
}

const TENANT = "eval";

/**
 * One memory, many requests, in the manner of SCBench (Li et al., ICLR 2025): each context is ingested once, and asked
 * about in many sessions, which take turns between the contexts. With an engine, as much of a context as a third of
 * what the model takes begins its prompts, and is compiled once.
 *
 * @throws MemosError INVALID_INPUT for lengths out of range; what the engine throws; ABORTED.
 */
export async function evaluateShared(options: SharedOptions): Promise<SharedReport> {
  const { seed, tokens, requests, embedder, engine } = options;
  checkWhole("tokens", tokens, SHARED_LIMITS.leastTokens, SHARED_LIMITS.mostTokens);
  checkWhole("requests", requests, 1, SHARED_LIMITS.requests);
  const contexts = await sharedContexts({ seed, tokens, questions: requests });
  const kept =
    engine === undefined
      ? {}
      : { engine, activations: { automatic: false, blockTokens: LIMITS.contextTokens } };
  return withTemporaryStore(embedder, (memos) => run(memos, contexts, options), kept);
}

async function run(
  memos: MemOS,
  contexts: Readonly<Record<SharedTask, GeneratedRow>>,
  { requests, engine, signal, onProgress, onOutcome }: SharedOptions,
): Promise<SharedReport> {
  const began = performance.now();
  const ingested: Ingested[] = [];
  for (const [index, task] of SHARED_TASKS.entries()) {
    ingested.push(await ingestContext(memos, contexts[task], scopeOf(task), engine !== undefined, signal));
    onProgress?.("ingest", index + 1, SHARED_TASKS.length);
  }
  const ingestSeconds = (performance.now() - began) / 1_000;
  const versions = async () => (await memos.stats({ tenant: TENANT })).versions;
  const written = await versions();
  const responder = engine === undefined ? memoryResponder(memos) : modelResponder(memos, engine.name);
  const outcomes: Outcome[] = [];
  const scores: Record<SharedTask, number[]> = { kv: [], vt: [], qa: [] };
  const responses: Response[] = [];
  const times: number[] = [];
  for (const asked of inTurns(contexts, requests)) {
    throwIfAborted(signal);
    const started = performance.now();
    const response = await responded(responder, asked, signal);
    times.push(performance.now() - started);
    responses.push(response);
    const score = SCORERS[asked.task](response.text, asked.row.answers[asked.index] as readonly string[]);
    scores[asked.task].push(score);
    const id = `${asked.task}/${asked.index}`;
    outcomes.push({ id, output: response.text, scores: { [asked.task]: score } });
    onOutcome?.(outcomes.at(-1) as Outcome);
    onProgress?.("search", responses.length, requests * SHARED_TASKS.length);
  }
  const { promptTokens, restoredTokens, reusedTokens } = total(responses);
  return {
    n: responses.length,
    answeredBy: responder.name,
    accuracy: {
      kv: percent(mean(scores.kv)),
      vt: percent(mean(scores.vt)),
      qa: percent(mean(scores.qa)),
    },
    cachedShare: promptTokens === 0 ? null : percent((restoredTokens + reusedTokens) / promptTokens),
    restoredTokens,
    reusedTokens,
    promptTokens,
    compiledShare: engine === undefined ? null : compiledShare(ingested),
    ingestSeconds: hundredths(ingestSeconds),
    reingested: (await versions()) - written,
    p50ms: hundredths(percentile(times, 50)),
    outputsHash: hashOf(outcomes),
  };
}

function scopeOf(task: SharedTask): Scope {
  return { tenant: TENANT, app: task };
}

interface Ingested {
  readonly passages: number;
  readonly compiled: number;
}

/** For a model the passages are pinned: they stand in the block that is compiled, as far as it has room. */
async function ingestContext(
  memos: MemOS,
  { context }: GeneratedRow,
  scope: Scope,
  isCompiled: boolean,
  signal: AbortSignal | undefined,
): Promise<Ingested> {
  const memories = memoriesOf(context).map((memory, index) => ({
    key: String(index),
    memory: isCompiled ? { ...memory, priority: 1 } : memory,
  }));
  await ingest(memos, memories, scope, { signal, onAdded: () => {} });
  if (!isCompiled) return { passages: memories.length, compiled: 0 };
  const { cube } = await memos.activations.compile(scope, signal === undefined ? {} : { signal });
  const compiled = cube?.payload.kind === "activation" ? cube.payload.manifest.length : 0;
  return { passages: memories.length, compiled };
}

function compiledShare(ingested: readonly Ingested[]): number {
  const sum = (count: (one: Ingested) => number) => ingested.reduce((all, one) => all + count(one), 0);
  return percent(sum(({ compiled }) => compiled) / sum(({ passages }) => passages));
}

/** One request of each context after the other: no engine has only one of them to keep. */
function* inTurns(
  contexts: Readonly<Record<SharedTask, GeneratedRow>>,
  requests: number,
): Generator<Asked, void, undefined> {
  for (let index = 0; index < requests; index++)
    for (const task of SHARED_TASKS) yield { task, index, row: contexts[task] };
}

function responded(
  responder: Responder,
  { task, index, row }: Asked,
  signal: AbortSignal | undefined,
): Promise<Response> {
  return responder.respond({
    question: row.questions[index] as string,
    source: row.metadata.source,
    scope: scopeOf(task),
    session: `session-${task}-${index}`,
    signal,
  });
}

function total(responses: readonly Response[]): Omit<Response, "text"> {
  return responses.reduce(
    (sum, response) => ({
      promptTokens: sum.promptTokens + response.promptTokens,
      restoredTokens: sum.restoredTokens + response.restoredTokens,
      reusedTokens: sum.reusedTokens + response.reusedTokens,
    }),
    { promptTokens: 0, restoredTokens: 0, reusedTokens: 0 },
  );
}
