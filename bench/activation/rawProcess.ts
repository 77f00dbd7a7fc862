import { availableParallelism } from "node:os";
import { getLlama, type LlamaContextSequence, type Token } from "node-llama-cpp";
import { correlation } from "../correlation.js";
import { serveTask } from "../process/task.js";

/** Runs of a measurement of which the middle is told. */
const RUNS = 5;

export type RawTask = {
  readonly model: string;
  readonly contextTokens: number;
  /** Tokens of the question after a state. */
  readonly question: number;
  /** State files as llama.cpp writes them, by name; the first is what others are compared with. */
  readonly states: { name: string; path: string }[];
};

export type RawFigures = {
  /** Loading the first state and evaluating a short question, with nothing of ours between. */
  readonly restoreMs: number;
  /** Of the tokens after each state: against those after the first. */
  readonly fidelity: Record<string, { logitCorrelation: number; kl: number; sameToken: boolean }>;
};

/** The engine alone: what any code on top of it is measured against. */
serveTask(
  async ({ model: modelPath, contextTokens, question: length, states }: RawTask): Promise<RawFigures> => {
    const llama = await getLlama({
      gpu: false,
      build: "never",
      skipDownload: true,
      maxThreads: availableParallelism(),
    });
    const model = await llama.loadModel({ modelPath });
    const context = await model.createContext({
      contextSize: contextTokens,
      sequences: 1,
      threads: availableParallelism(),
    });
    const sequence = context.getSequence();
    const question = Array.from({ length }, (_, at) => (300 + at * 7) as Token);
    const [first, ...others] = states;
    if (first === undefined) throw new Error("There is no state to measure.");
    const times: number[] = [];
    for (let run = 0; run <= RUNS; run++) {
      await sequence.clearHistory();
      const started = performance.now();
      await sequence.loadStateFromFile(first.path, { acceptRisk: true });
      await firstToken(sequence, question);
      // The first run warms up.
      if (run > 0) times.push(performance.now() - started);
    }
    const expected = await logitsAfter(sequence, first.path, question);
    const fidelity: RawFigures["fidelity"] = {};
    for (const { name, path } of others)
      fidelity[name] = compared(expected, await logitsAfter(sequence, path, question));
    times.sort((a, b) => a - b);
    return { restoreMs: times[times.length >> 1] as number, fidelity };
  },
);

async function firstToken(sequence: LlamaContextSequence, tokens: Token[]): Promise<Token> {
  for await (const token of sequence.evaluate(tokens, { temperature: 0 })) return token;
  throw new Error("The model gave no token.");
}

/** The logits after each token of the question. */
async function logitsAfter(
  sequence: LlamaContextSequence,
  path: string,
  question: readonly Token[],
): Promise<Map<number, number>[]> {
  await sequence.clearHistory();
  await sequence.loadStateFromFile(path, { acceptRisk: true });
  const results = await sequence.controlledEvaluate(
    question.map(
      (token) => [token, { generateNext: { logits: true } }] as [Token, { generateNext: { logits: true } }],
    ),
  );
  return results.flatMap((result) =>
    result?.next.logits === undefined ? [] : [result.next.logits as Map<number, number>],
  );
}

function compared(
  expected: readonly Map<number, number>[],
  found: readonly Map<number, number>[],
): { logitCorrelation: number; kl: number; sameToken: boolean } {
  let logitCorrelation = 0;
  let kl = 0;
  let same = true;
  for (const [at, one] of expected.entries()) {
    const other = found[at] as Map<number, number>;
    const keys = [...one.keys()];
    const a = Float64Array.from(keys, (key) => one.get(key) as number);
    const b = Float64Array.from(keys, (key) => other.get(key) ?? 0);
    logitCorrelation += correlation(a, b) / expected.length;
    kl += divergence(a, b) / expected.length;
    same &&= best(a) === best(b);
  }
  return { logitCorrelation, kl, sameToken: same };
}

/** Kullback-Leibler divergence of the distributions that logits stand for, in nats. */
function divergence(a: Float64Array, b: Float64Array): number {
  const logOf = (values: Float64Array) => {
    const top = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const log = top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
    return values.map((value) => value - log);
  };
  const [p, q] = [logOf(a), logOf(b)];
  return p.reduce((sum, value, at) => sum + Math.exp(value) * (value - (q[at] as number)), 0);
}

function best(values: Float64Array): number {
  return values.reduce((most, value, at) => (value > (values[most] as number) ? at : most), 0);
}
