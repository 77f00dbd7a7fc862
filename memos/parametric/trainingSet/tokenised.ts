import { createHash } from "node:crypto";
import { MemosError } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import type { Engine } from "../../inference/engine.js";
import { mapInSlices } from "../../store/index/slice.js";
import type { Example } from "../example.js";
import { ADAPTER_LIMITS } from "../limits.js";
import type { TokenExample } from "../trainer.js";

/** Examples that are handed to the engine at once. */
const BATCH = 256;

/**
 * Examples in the tokens of the engine's model; learned are the tokens of the answer and of the end of its turn. One
 * over `ADAPTER_LIMITS.exampleTokens` is cut at its end, and left out where nothing of its answer is left then.
 *
 * @throws MemosError UNSUPPORTED for an engine that does not tell the tokens of an answer, INVALID_INPUT for a
 * conversation that does not end with one, TOO_LARGE for more than `ADAPTER_LIMITS.examples`, ABORTED.
 */
export async function tokenised(
  engine: Engine,
  examples: readonly Pick<Example, "messages">[],
  signal?: AbortSignal,
): Promise<TokenExample[]> {
  if (engine.tokenizeAnswered === undefined)
    throw new MemosError(
      "UNSUPPORTED",
      `The engine ${engine.name} does not tell the tokens of answers, and adapters are trained on them.`,
    );
  if (examples.length > ADAPTER_LIMITS.examples)
    throw new MemosError(
      "TOO_LARGE",
      `A training set has at most ${ADAPTER_LIMITS.examples} examples, and these are ${examples.length}.`,
    );
  const { exampleTokens } = ADAPTER_LIMITS;
  const result: TokenExample[] = [];
  for (let at = 0; at < examples.length; at += BATCH) {
    throwIfAborted(signal);
    const some = examples.slice(at, at + BATCH).map(({ messages }) => messages);
    for (const { tokens, answerFrom } of await engine.tokenizeAnswered(some, signal))
      if (answerFrom < exampleTokens)
        result.push({ tokens: Array.from(tokens.subarray(0, exampleTokens)), learnFrom: answerFrom });
  }
  return result;
}

/** What a manifest says of a training set as the trainer is given it. */
export async function tokenDigest(
  examples: readonly TokenExample[],
): Promise<{ readonly sha256: string; readonly examples: number; readonly tokens: number }> {
  const hash = createHash("sha256");
  const lengths = await mapInSlices(examples, ({ tokens, learnFrom }) => {
    // Lengths tell where one example ends and the next begins.
    hash.update(Int32Array.of(tokens.length, learnFrom, ...tokens));
    return tokens.length;
  });
  return {
    sha256: hash.digest("hex"),
    examples: examples.length,
    tokens: lengths.reduce((sum, length) => sum + length, 0),
  };
}
