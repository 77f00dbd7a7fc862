import type { LlamaModel } from "node-llama-cpp";
import { correlation as correlationOf } from "../../../../bench/correlation.js";
import { loadBinding } from "../../../../memos/inference/local/binding.js";
import { openBinding } from "../../../../memos/inference/local/openBinding.js";
import { atEnd, type Lifetime } from "../../support.js";

export interface AttachedFile {
  readonly filePath: string;
  readonly scale: number;
}

/** Loads model files in this process. */
export async function modelLoader(t: Lifetime): Promise<(modelPath: string) => Promise<LlamaModel>> {
  const llama = await openBinding(await loadBinding(), { gpu: false, threads: 1 });
  atEnd(t, () => llama.dispose());
  return (modelPath) => llama.loadModel({ modelPath });
}

/** The logits of all tokens, by token, after each of these, under adapters. */
export async function logitsOf(
  model: LlamaModel,
  tokens: readonly number[],
  adapters: readonly AttachedFile[] = [],
): Promise<Float32Array[]> {
  const context = await model.createContext({
    contextSize: 256,
    threads: 1,
    ...(adapters.length === 0 ? {} : { lora: { adapters: [...adapters] } }),
  });
  const sequence = context.getSequence();
  const output = await sequence.controlledEvaluate(
    tokens.map((token) => [token, { generateNext: { logits: true } }]) as Parameters<
      typeof sequence.controlledEvaluate
    >[0],
  );
  await context.dispose();
  return output.map((one) => {
    const logits = one?.next.logits ?? new Map<number, number>();
    const byToken = new Float32Array(logits.size);
    for (const [token, logit] of logits) byToken[token] = logit;
    return byToken;
  });
}

/** Of all the numbers of two lists, Pearson's correlation: 1 for equal ones. */
export function correlation(one: readonly Float32Array[], other: readonly Float32Array[]): number {
  return correlationOf(
    one.flatMap((values) => [...values]),
    other.flatMap((values) => [...values]),
  );
}
