import { join } from "node:path";
import { evaluateRetrieval } from "../retrieval/evaluate.js";
import { loadRetrieval } from "../retrieval/format.js";
import { collected, datasetOf, type Suite, suiteRun } from "./suite.js";

const KS = [2, 5, 10];

/** Multi-hop retrieval: every gold passage of a question that needs several. */
export const multiHop: readonly Suite[] = (
  [
    ["musique", "retrieval/musique_train100_with_openie.json"],
    ["hotpotqa", "retrieval/hotpotqa_train100.json"],
    ["2wiki", "retrieval/2wiki_dev25.json"],
  ] as const
).map(
  ([name, file]): Suite => ({
    name,
    files: [file],
    async run(context) {
      const { data, embedder } = context;
      const path = join(data, file);
      const dataset = await loadRetrieval(path);
      const { report, outcomes, seconds } = await collected(context, (options) =>
        evaluateRetrieval(dataset, { ...options, ks: KS }),
      );
      return [
        suiteRun(
          {
            name,
            about: "Gold passages of multi-hop questions among the k best of a search, without any model.",
            dataset: await datasetOf(path),
            agent: "memos",
            mode: "retrieval",
            reader: "none",
            settings: { embedder: embedder.fingerprint.name, passages: report.passages },
          },
          outcomes,
          [
            ["search p50", report.p50ms, "ms"],
            ["ingest", report.ingestSeconds, "s"],
          ],
          seconds,
        ),
      ];
    },
  }),
);
