import { randomInt } from "node:crypto";
import type {
  LlamaContextSequence,
  LlamaGrammarEvaluationState,
  LlamaModel,
  SequenceEvaluateOptions,
  Token,
} from "node-llama-cpp";
import { throwIfAborted } from "../../aborted.js";
import type { Rendering } from "./rendering.js";
import { StopText } from "./stopText.js";
import { TokenText } from "./tokenText.js";

export interface Answering {
  readonly sequence: LlamaContextSequence;
  readonly model: LlamaModel;
  readonly rendering: Rendering;
  /** The last tokens of the prompt; all others are in the sequence. */
  readonly rest: readonly Token[];
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly temperature: number;
  readonly topP: number;
  readonly seed?: number | undefined;
  readonly grammar?: LlamaGrammarEvaluationState;
  readonly signal: AbortSignal;
  /** Told each piece of text, and once before the first. */
  readonly onText: (text: string) => void;
  readonly onFirstToken: () => void;
  /** Whether the text so far is a whole answer. */
  readonly isWhole?: (text: string) => boolean;
}

export interface Answer {
  readonly text: string;
  readonly tokens: number;
  readonly reason: "stop" | "length";
}

const SEEDS = 2 ** 31;

/**
 * Samples an answer. All tokens but its last stay in the sequence.
 *
 * @throws MemosError ABORTED.
 */
export async function answer(work: Answering): Promise<Answer> {
  const { sequence, model, rendering, maxTokens, signal, onText } = work;
  const before = [...sequence.contextTokens.slice(-TAIL), ...work.rest].slice(-TAIL - 1);
  const decoder = new TokenText(model, before);
  const stop = new StopText([...work.stop, ...rendering.stops]);
  let text = "";
  const give = (piece: string) => {
    if (piece === "") return;
    text += piece;
    onText(piece);
  };
  let tokens = 0;
  let reason: Answer["reason"] = "length";
  for await (const token of sequence.evaluate([...work.rest], sampling(work))) {
    throwIfAborted(signal);
    if (tokens === 0) work.onFirstToken();
    tokens++;
    if (model.isEogToken(token) || rendering.ends.has(token)) {
      reason = "stop";
      break;
    }
    give(stop.push(decoder.push(token)));
    if (stop.stopped || work.isWhole?.(text) === true) {
      reason = "stop";
      break;
    }
    if (tokens === maxTokens) break;
  }
  give(stop.push(decoder.end()) + stop.end());
  return { text, tokens, reason };
}

/** Tokens before the answer that may decide about its first space. */
const TAIL = 8;

function sampling({ temperature, topP, seed, grammar }: Answering): SequenceEvaluateOptions {
  return {
    temperature,
    topP,
    // Only what the request names takes part in the choice: the library would add a limit of its own.
    topK: 0,
    minP: 0,
    seed: seed ?? randomInt(SEEDS),
    yieldEogToken: true,
    ...(grammar === undefined ? {} : { grammarEvaluationState: grammar }),
  };
}
