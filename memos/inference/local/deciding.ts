import type { ControlledEvaluateInputItem, LlamaContextSequence, Token } from "node-llama-cpp";
import { throwIfAborted } from "../../aborted.js";
import type { Decision } from "../engine.js";
import { assertFits } from "./generating.js";
import { salted } from "./liveSequences.js";
import type { LoadedModel } from "./loadedModel.js";
import { prefill } from "./prefill.js";
import type { CallRequest } from "./protocol.js";

/**
 * How probable the model finds each choice as the whole answer: the product of the probabilities of its tokens and of
 * the end of the turn (without it, a choice would never be less probable than one that goes on from it), shared out
 * among the choices. Nothing is sampled, and the prompt is evaluated once.
 *
 * @throws MemosError INVALID_INPUT for a prompt that does not fit, ABORTED.
 */
export async function decide(
  { context, rendering }: LoadedModel,
  { messages, choices, adapters, salt }: CallRequest<"decide">,
  signal: AbortSignal,
): Promise<Decision> {
  const prompt = rendering.prompt(messages);
  const answers = choices.map((choice) => rendering.answer(choice));
  assertFits(prompt.length, Math.max(...answers.map(({ length }) => length)), context.contextTokens);
  return context.use(adapters, async ({ live, key }) => {
    throwIfAborted(signal);
    const lease = await live.lease(salted(key, salt), prompt);
    let spoiled = true;
    try {
      await prefill(lease.sequence, prompt.slice(0, -1), prompt.length, signal);
      const scores: number[] = [];
      for (const answer of answers) {
        throwIfAborted(signal);
        scores.push(await logProbability(lease.sequence, prompt, answer));
      }
      spoiled = false;
      return decision(choices, scores);
    } finally {
      await lease.release(spoiled && !signal.aborted);
    }
  });
}

/** Of the answer after the prompt; the sequence holds the prompt without its last token, before and after. */
async function logProbability(
  sequence: LlamaContextSequence,
  prompt: readonly Token[],
  answer: readonly Token[],
): Promise<number> {
  const start = sequence.nextTokenIndex;
  const evaluated = [...prompt.slice(start), ...answer.slice(0, -1)];
  const input = evaluated.map((token, at): ControlledEvaluateInputItem => {
    const next = answer[at - (prompt.length - start - 1)];
    if (next === undefined) return token;
    return [
      token,
      {
        generateNext: {
          totalLogitWeight: true,
          logits: { filter: { tokens: [next], includeMax: true } },
          options: { topK: 0, topP: 1, minP: 0 },
        },
      },
    ];
  });
  const outputs = await sequence.controlledEvaluate(input);
  await sequence.eraseContextTokenRanges([{ start, end: sequence.nextTokenIndex }]);
  return answer.reduce((sum, token, at) => {
    const { logits, totalLogitWeight } = outputs[prompt.length - start - 1 + at]?.next ?? {};
    const logit = logits?.get(token);
    if (logits === undefined || logit === undefined || totalLogitWeight === undefined)
      throw new Error("The model gave no logits.");
    // `totalLogitWeight` is the sum of exp(logit - max).
    return sum + logit - Math.max(...logits.values()) - Math.log(totalLogitWeight);
  }, 0);
}

function decision(choices: readonly string[], scores: readonly number[]): Decision {
  const most = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    choice: choices[scores.indexOf(most)] ?? "",
    probabilities: weights.map((weight) => weight / total),
  };
}
