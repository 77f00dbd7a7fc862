import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Embedder } from "../../memos/index.js";
import type { Agent } from "../agents/agent.js";
import { bm25Agent } from "../agents/bm25.js";
import { grepAgent } from "../agents/grep.js";
import { longContextAgent } from "../agents/longContext.js";
import { memosAgent } from "../agents/memos.js";
import { vectorAgent } from "../agents/vector.js";
import { writeMiniSet } from "../generate/writeMiniSet.js";
import { evaluateMab } from "../mab/evaluate.js";
import { loadMab } from "../mab/load.js";
import { hundredths, percent } from "../metrics/index.js";
import type { Outcome } from "../outcome.js";
import { extractiveReader } from "../readers/extractive.js";
import { collected, type Suite, suiteRun } from "./suite.js";

const SEED = 1;
const KS = [1, 5, 10];

/** Every system of the table; the memory under test first, then what it must be better than. */
const AGENTS: readonly ((embedder: Embedder) => Agent)[] = [
  memosAgent,
  grepAgent,
  longContextAgent,
  bm25Agent,
  vectorAgent,
];

/** MemoryAgentBench on a generated row of every source: the same questions to every agent. */
export const agents: Suite = {
  name: "agents",
  files: [],
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), "memos-eval-"));
    try {
      await writeMiniSet(folder, SEED);
      const data = await loadMab(folder, {});
      const runs = [];
      for (const [at, create] of AGENTS.entries()) {
        const agent = create(context.embedder);
        const progress = (done: number, total: number) =>
          context.progress(at * total + done, AGENTS.length * total);
        try {
          const { report, outcomes, seconds } = await collected({ ...context, progress }, (options) =>
            evaluateMab(data, {
              ...options,
              mode: "extractive",
              agent,
              reader: extractiveReader(),
              ks: KS,
              output: join(folder, "outputs"),
            }),
          );
          const sources = Object.values(report.sources);
          const constructed = sources.reduce((sum, one) => sum + one.memoryConstructionSeconds, 0);
          const meanOf = (value: (source: (typeof sources)[number]) => number) =>
            sources.reduce((sum, source) => sum + value(source) * source.n, 0) / report.n;
          runs.push(
            suiteRun(
              {
                name: `agents: ${agent.name}`,
                group: {
                  title: "Agents side by side: a generated row of every source of MemoryAgentBench",
                  column: agent.name,
                },
                about:
                  "Substring exact match of the answer, by source, and whether the answer is in the k best passages.",
                dataset: { name: "generated mini-set", sha256: report.dataHash },
                agent: agent.name,
                mode: report.mode,
                reader: report.reader ?? "none",
                settings: { k: report.k, seed: SEED },
                ...(at === 0 ? { bars: { "harness overhead": { at: "most", value: 5 } } } : {}),
              },
              outcomes.map(bySource),
              [
                ["context", Math.round(meanOf(({ contextTokens }) => contextTokens)), "tokens"],
                ["memory construction", hundredths(constructed), "s"],
                ["query", hundredths(meanOf(({ queryMs }) => queryMs)), "ms"],
                ["harness overhead", percent(report.harnessOverhead), "%"],
              ],
              seconds,
            ),
          );
        } finally {
          await agent.close();
        }
      }
      return runs;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** One measure for each source, and the coverage and stale answers of all of them together. */
function bySource({ id, output, scores }: Outcome): Outcome {
  const { substring_exact_match: match, stale, ...others } = scores;
  const coverage = Object.entries(others).filter(([name]) => name.startsWith("coverage@"));
  return {
    id,
    output,
    scores: {
      ...(match === undefined ? {} : { [id.slice(0, id.indexOf("/"))]: match }),
      ...Object.fromEntries(coverage),
      ...(stale === undefined ? {} : { stale }),
    },
  };
}
