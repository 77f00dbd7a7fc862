import { LocalEngine } from "../memos/inference/local/localEngine.js";
import { READER } from "../memos/inference/models/reader.js";
import type { Trainer } from "../memos/parametric/trainer.js";
import { type AdapterFigures, measureAdapter } from "./parametric/adapter.js";
import { type ExamFigures, examine, examQuestions } from "./parametric/exam.js";
import { type Report, seldom } from "./progress.js";
import { withTemporaryFolder } from "./temporaryFolder.js";

export interface ParametricBenchOptions {
  readonly questions: number;
  readonly facts: number;
  /** Without one nothing is trained. */
  readonly trainer: Trainer | undefined;
  readonly signal?: AbortSignal;
}

export interface ParametricBenchResult {
  readonly model: string;
  readonly exam: ExamFigures;
  /** Null without a trainer. */
  readonly adapter: AdapterFigures | null;
}

/** What the model of the package answers over memory, and what an adapter of new facts costs and is worth on it. */
export function runParametricBench(
  { questions, facts, trainer, signal }: ParametricBenchOptions,
  report: Report,
): Promise<ParametricBenchResult> {
  return withTemporaryFolder(async (folder) => {
    const say = seldom(report);
    await using engine = new LocalEngine({ model: READER.path, sequences: 1 });
    const exam = await examine(engine, await examQuestions(questions), folder, say, signal);
    const adapter =
      trainer === undefined
        ? null
        : await measureAdapter(READER.path, facts, trainer, folder, report, signal);
    return { model: READER.name, exam, adapter };
  });
}
