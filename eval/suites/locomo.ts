import { join } from "node:path";
import type { Channel } from "../../memos/index.js";
import { evaluateLocomo } from "../locomo/evaluate.js";
import { loadLocomo } from "../locomo/format.js";
import type { Bar } from "../report/run.js";
import { collected, datasetOf, type Suite, type SuiteContext, suiteRun } from "./suite.js";

const FILE = "locomo/locomo_dev6.json";
const KS = [5, 10];

const BARS: Readonly<Record<string, Bar>> = {
  "recall@10": { at: "least", value: 75 },
  "recall@5": { at: "least", value: 66 },
  "tokens@10": { at: "most", value: 1_200 },
};

/** What each channel of retrieval brings: all of them, all but one, and one alone. */
const ABLATION: readonly (readonly Channel[])[] = [
  ["text"],
  ["vector"],
  ["text", "vector"],
  ["text", "vector", "exact", "recency"],
  ["text", "exact", "recency", "graph"],
  ["vector", "exact", "recency", "graph"],
];

/** Conversations of the ablation: the share that a channel has shows in a third of the questions already. */
const ABLATED = 2;

export const locomo: Suite = {
  name: "locomo",
  files: [FILE],
  run: async (context) => [await run(context)],
};

export const channels: Suite = {
  name: "channels",
  files: [FILE],
  async run({ progress, ...context }) {
    const runs = [];
    for (const [at, only] of ABLATION.entries()) {
      const offset = (done: number, total: number) => progress(at * total + done, ABLATION.length * total);
      runs.push(await run({ ...context, progress: offset }, only));
    }
    return runs;
  },
};

async function run(context: SuiteContext, only?: readonly Channel[]) {
  const path = join(context.data, FILE);
  const all = await loadLocomo(path);
  const conversations = only === undefined ? all : all.slice(0, ABLATED);
  const searched = only === undefined ? undefined : [...only];
  const { report, outcomes, seconds } = await collected(context, (options) =>
    evaluateLocomo(conversations, { ...options, ks: KS, channels: searched }),
  );
  const named = only === undefined ? "all channels" : only.join(" + ");
  return suiteRun(
    {
      name: only === undefined ? "locomo" : `channels: ${named}`,
      about: "LoCoMo: evidence turns among the k best of a search for each question.",
      dataset: await datasetOf(path),
      agent: "memos",
      mode: "retrieval",
      reader: "none",
      settings: {
        conversations: conversations.length,
        channels: named,
        embedder: context.embedder.fingerprint.name,
      },
      ...(only === undefined
        ? { bars: BARS }
        : { group: { title: "What each channel of retrieval brings: LoCoMo", column: named } }),
    },
    outcomes,
    [
      ...KS.map((k) => [`tokens@${k}`, report.tokens[k] as number, "tokens"] as const),
      ["search p50", report.p50ms, "ms"],
      ["ingest", report.ingestSeconds, "s"],
    ],
    seconds,
  );
}
