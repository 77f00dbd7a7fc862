import { evaluateFacts } from "../facts/evaluate.js";
import { generateFacts } from "../generate/facts.js";
import type { Bar } from "../report/run.js";
import { collected, generatedDataset, type Suite, suiteRun } from "./suite.js";

const LENGTHS = [6_000, 32_000, 64_000, 262_000];
const CHUNK_TOKENS = 512;

const KINDS: readonly {
  name: string;
  title: string;
  hops: readonly [number, number];
  wording: "rephrased" | "unseen";
  bars: Readonly<Record<string, Bar>>;
}[] = [
  {
    name: "facts-single",
    title: "Facts that change, one hop, rephrased relations",
    hops: [1, 1],
    wording: "rephrased",
    bars: { subEM: { at: "least", value: 97 }, stale: { at: "most", value: 2 } },
  },
  {
    name: "facts-multi",
    title: "Facts that change, two to four hops, rephrased relations",
    hops: [2, 4],
    wording: "rephrased",
    bars: { subEM: { at: "least", value: 60 } },
  },
  {
    name: "facts-single-unseen",
    title: "Facts that change, one hop, wordings that the rules were not written for",
    hops: [1, 1],
    wording: "unseen",
    bars: {},
  },
  {
    name: "facts-multi-unseen",
    title: "Facts that change, two to four hops, wordings that the rules were not written for",
    hops: [2, 4],
    wording: "unseen",
    bars: {},
  },
];

/** Where opening the store and loading the model no longer count. */
const INGEST_BAR = { "ingest speed": { at: "least", value: 20_000 } } as const;

/** Facts that change, in the manner of MemoryAgentBench's FactConsolidation, at every length of the benchmark. */
export const facts: readonly Suite[] = KINDS.map(({ name, title, hops, wording, bars }) => ({
  name,
  files: [],
  async run(context) {
    const runs = [];
    for (const [at, tokens] of LENGTHS.entries()) {
      const settings = { seed: 21 + at, tokens, questions: 100, wording, order: "serial" } as const;
      const row = await generateFacts({ ...settings, hops: [...hops] });
      const progress = (done: number, total: number) =>
        context.progress(at * total + done, LENGTHS.length * total);
      const { report, outcomes, seconds } = await collected({ ...context, progress }, (options) =>
        evaluateFacts(row, { ...options, chunkTokens: CHUNK_TOKENS }),
      );
      const length = `${tokens / 1_000}K tokens`;
      runs.push(
        suiteRun(
          {
            name: `${name}: ${length}`,
            group: {
              title,
              column: length,
            },
            about: "What holds now, asked in other words than it was stated in; stale is what held before.",
            dataset: generatedDataset("generated facts", row),
            agent: "memos",
            mode: "extractive",
            reader: "memos.graph.answer",
            settings: { ...settings, chunkTokens: CHUNK_TOKENS, embedder: context.embedder.fingerprint.name },
            bars: tokens === LENGTHS.at(-1) ? { ...bars, ...INGEST_BAR } : bars,
          },
          outcomes,
          [
            ["not known", report.unknown, "%"],
            ["ingest speed", report.tokensPerSecond, "tokens/s"],
            ["question p50", report.p50ms, "ms"],
          ],
          seconds,
        ),
      );
    }
    return runs;
  },
}));
