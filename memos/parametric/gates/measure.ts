import { MemosError } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import { type BatchRequest, runBatch } from "../../inference/batching/index.js";
import type { AdapterUse, Engine } from "../../inference/engine.js";
import type { Probe, RecognitionPair, TrainingSet } from "../example.js";
import { holds } from "../holds.js";
import { ADAPTER_LIMITS } from "../limits.js";

/** Tokens of an answer: enough to see whether it says what is expected. */
const ANSWER_TOKENS = 32;

/** Questions between two reports of progress. */
const PART = 64;

/** Of `n` questions or pairs, how many were right. */
export interface Score {
  readonly right: number;
  readonly n: number;
}

/** What a model knows and can do under some adapters. */
export interface Measurement {
  /** Questions without any memory in the prompt, answered right. */
  readonly recall: Score;
  /**
   * Pairs of which the true one is likelier as the whole answer. Of none where the engine makes no decisions. Half of
   * them are right by chance; a model that finds one of two objects likelier anyway shows that in the measurement
   * without adapters.
   */
  readonly recognition: Score;
  /** Questions over memory in the prompt, and questions without an answer, answered right. */
  readonly retention: Score;
}

export interface MeasureOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whose memory it is about: as in `GenerateRequest`. */
  readonly salt?: string;
  /** KV states that the engine keeps at once: so many questions are asked together. */
  readonly liveStates?: number;
  /** Told after each part of the questions. */
  readonly onProgress?: (asked: number, of: number) => void;
}

/**
 * Asks a model, greedily and under these adapters (none: the base), everything that was held out. An answer is right
 * when it says the expected words, whatever case and punctuation they have. Questions that begin with the same prompt
 * are asked one after the other, so that it is evaluated once.
 *
 * @throws MemosError TOO_LARGE for more than `ADAPTER_LIMITS.questions`; what the engine throws, as a measurement with
 * gaps would mean nothing; ABORTED.
 */
export async function measure(
  engine: Engine,
  adapters: readonly AdapterUse[],
  { recall, recognition, retention }: TrainingSet["heldOut"],
  { signal, salt, liveStates = 1, onProgress }: MeasureOptions = {},
): Promise<Measurement> {
  const pairs = engine.capabilities.decisions ? recognition : [];
  const of = recall.length + pairs.length + retention.length;
  if (of > ADAPTER_LIMITS.questions)
    throw new MemosError(
      "TOO_LARGE",
      `The gates ask at most ${ADAPTER_LIMITS.questions} questions, and these are ${of}.`,
    );
  const under = { adapters, ...(salt === undefined ? {} : { salt }) };
  let asked = 0;
  const progress = (more: number) => {
    asked += more;
    onProgress?.(asked, of);
  };
  const ask = async (probes: readonly Probe[]): Promise<Score> => {
    let right = 0;
    for (const part of parts(probes)) {
      right += await rightAnswers(engine, under, part, liveStates, signal);
      progress(part.length);
    }
    return { right, n: probes.length };
  };
  const recalled = await ask(recall);
  let recognised = 0;
  for (const part of parts(pairs)) {
    for (const pair of part) if (await isRecognised(engine, under, pair, signal)) recognised++;
    progress(part.length);
  }
  return {
    recall: recalled,
    recognition: { right: recognised, n: pairs.length },
    retention: await ask(retention),
  };
}

interface Under {
  readonly adapters: readonly AdapterUse[];
  readonly salt?: string;
}

function parts<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / PART);
  return Array.from({ length: count }, (_, at) => items.slice(at * PART, (at + 1) * PART));
}

async function rightAnswers(
  engine: Engine,
  under: Under,
  probes: readonly Probe[],
  liveStates: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const requests = probes.map(
    ({ messages }, at): BatchRequest => ({ id: `${at}`, messages, maxTokens: ANSWER_TOKENS, ...under }),
  );
  const { results } = await runBatch(engine, requests, { liveStates, signal });
  return results.filter((result, at) => {
    if (result.status === "failed") throw result.error;
    return holds(result.text, probes[at]?.expected ?? "");
  }).length;
}

/** Whether the model finds what is true likelier than what is not, as the whole answer to the same messages. */
async function isRecognised(
  engine: Engine,
  under: Under,
  { seen, unseen }: RecognitionPair,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  throwIfAborted(signal);
  const choices = [seen, unseen].map((messages) => messages.at(-1)?.content ?? "");
  const { probabilities } = await engine.decide(seen.slice(0, -1), choices, {
    ...under,
    ...(signal === undefined ? {} : { signal }),
  });
  const [one = 0, other = 0] = probabilities;
  return one > other;
}
