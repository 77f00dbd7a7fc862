import { generateSessions } from "../generate/sessions.js";
import { evaluateLongMemEval } from "../longmemeval/evaluate.js";
import { parseLongMemEval } from "../longmemeval/format.js";
import { collected, generatedDataset, type Suite, suiteRun } from "./suite.js";

const KS = [1, 5, 10];
const GENERATED = { seed: 1, questions: 100, sessions: 50 };

/** Dated sessions of generated conversations, in LongMemEval's format. */
export const sessions: Suite = {
  name: "sessions",
  files: [],
  async run(context) {
    const rows = generateSessions(GENERATED);
    const { report, outcomes, seconds } = await collected(context, (options) =>
      evaluateLongMemEval(parseLongMemEval(rows, "generated sessions"), { ...options, ks: KS }),
    );
    return [
      suiteRun(
        {
          name: "sessions",
          about:
            "Every session that holds a part of the answer among the k best sessions: changed values, sums, dates.",
          dataset: generatedDataset("generated sessions", rows),
          agent: "memos",
          mode: "retrieval",
          reader: "none",
          settings: { ...GENERATED, embedder: context.embedder.fingerprint.name },
          bars: { "recallAll@5": { at: "least", value: 85 } },
        },
        outcomes,
        [
          ["context", report.contextTokens, "tokens"],
          ["search p50", report.p50ms, "ms"],
          ["ingest", report.ingestSeconds, "s"],
        ],
        seconds,
      ),
    ];
  },
};
