import { availableParallelism } from "node:os";
import { getLlama, type Token } from "node-llama-cpp";
import { serveTask } from "../process/task.js";

export type LogitsTask = {
  readonly tokens: readonly number[];
  /** Models, each with the adapter that it is asked under. */
  readonly models: readonly { readonly path: string; readonly adapter?: string }[];
};

/** For each model the logits of all tokens, by token, after each of the tokens, one after the other. */
export type LogitsFigures = number[][];

/** The engine alone, so that nothing of ours stands between the weights and the figures. */
serveTask(async ({ tokens, models }: LogitsTask): Promise<LogitsFigures> => {
  const threads = availableParallelism();
  const llama = await getLlama({ gpu: false, build: "never", skipDownload: true, maxThreads: threads });
  const all: LogitsFigures = [];
  for (const { path, adapter } of models) {
    const model = await llama.loadModel({ modelPath: path });
    const context = await model.createContext({
      contextSize: 256,
      threads,
      ...(adapter === undefined ? {} : { lora: { adapters: [{ filePath: adapter }] } }),
    });
    const asked = tokens.map((token) => [token, { generateNext: { logits: true } }]);
    const sequence = context.getSequence();
    const results = await sequence.controlledEvaluate(
      asked as Parameters<typeof sequence.controlledEvaluate>[0],
    );
    all.push(
      results.flatMap((result) => {
        const logits = result?.next.logits ?? new Map<Token, number>();
        return [...logits].sort(([one], [other]) => one - other).map(([, logit]) => logit);
      }),
    );
    await model.dispose();
  }
  return all;
});
