import { join } from "node:path";
import { evaluateClassify } from "../classify/evaluate.js";
import { loadLabelled } from "../classify/format.js";
import { collected, datasetOf, type Suite, suiteRun } from "./suite.js";

/** Neighbours that vote. */
const K = 10;

/** Labels by example, as MemoryAgentBench tests learning at test time: the whole test file, no model. */
export const classify: readonly Suite[] = (
  [
    ["banking77", "classification/banking77/train.csv", "classification/banking77/test.csv"],
    ["trec-coarse", "classification/trec_coarse/train.tsv", "classification/trec_coarse/test.tsv"],
  ] as const
).map(
  ([name, train, test]): Suite => ({
    name,
    files: [train, test],
    async run(context) {
      const { data, embedder } = context;
      const [examples, texts] = [await loadLabelled(join(data, train)), await loadLabelled(join(data, test))];
      const { report, outcomes, seconds } = await collected(context, (options) =>
        evaluateClassify(examples, texts, { ...options, k: K }),
      );
      return [
        suiteRun(
          {
            name,
            about: "The label of a text by the labelled examples in memory.",
            dataset: await datasetOf(join(data, test)),
            agent: "memos",
            mode: "extractive",
            reader: "memos.nearest",
            settings: {
              k: K,
              examples: report.examples,
              labels: report.labels,
              embedder: embedder.fingerprint.name,
            },
            bars: { accuracy: { at: "least", value: 88 } },
          },
          outcomes,
          [
            ["learning", report.learnSeconds, "s"],
            ["question p50", report.p50ms, "ms"],
            ["ingest", report.ingestSeconds, "s"],
          ],
          seconds,
        ),
      ];
    },
  }),
);
