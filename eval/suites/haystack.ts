import { join } from "node:path";
import { evaluateHaystack } from "../haystack/evaluate.js";
import { loadNeedles } from "../haystack/format.js";
import { loadBooks } from "../sort/books.js";
import { BOOKS } from "./sort.js";
import { collected, datasetOf, type Suite, suiteRun } from "./suite.js";

const FILE = "xquad/xquad_en_dev.json";
const KS = [1, 5, 10];
const TOKENS = 200_000;

/** Paragraphs inside 200,000 tokens of book text. */
export const haystack: Suite = {
  name: "haystack",
  files: [FILE, ...BOOKS],
  async run(context) {
    const { data, embedder } = context;
    const path = join(data, FILE);
    const [needles, books] = [
      await loadNeedles(path),
      await loadBooks(BOOKS.map((file) => join(data, file))),
    ];
    const { report, outcomes, seconds } = await collected(context, (options) =>
      evaluateHaystack(needles, books, { ...options, ks: KS, tokens: TOKENS }),
    );
    return [
      suiteRun(
        {
          name: "haystack",
          about: "The paragraph of a question among paragraphs that are hidden in 200,000 tokens of novels.",
          dataset: await datasetOf(path),
          agent: "memos",
          mode: "retrieval",
          reader: "none",
          settings: {
            tokens: report.hayTokens,
            chunks: report.chunks,
            paragraphs: report.paragraphs,
            embedder: embedder.fingerprint.name,
          },
          bars: {
            "recall@5": { at: "least", value: 97 },
            "coverage@10": { at: "least", value: 96 },
            "ingest speed": { at: "least", value: 20_000 },
          },
        },
        outcomes,
        [
          ["ingest speed", Math.round(report.hayTokens / report.ingestSeconds), "tokens/s"],
          ["context", report.contextTokens, "tokens"],
          ["search p50", report.p50ms, "ms"],
        ],
        seconds,
      ),
    ];
  },
};
