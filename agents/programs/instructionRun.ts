import { newCubeId } from "../../memcube/index.js";
import type { ChatModel } from "../../memos/inference/index.js";
import type { TokenCounter } from "../../memos/retrieval/tokens.js";
import { editsOf, type Shown } from "./fileEdits.js";
import type { FilesView, ProgramCheck, Settings } from "./operations.js";
import type { Program } from "./program.js";
import { stepContext } from "./stepContext.js";
import { readStepAnswer, STEP_PROMPT, type StepAnswer, type WantedRead } from "./stepPrompt.js";

export interface InstructionHost {
  readonly model: ChatModel;
  readonly settings: Settings;
  readonly check: ProgramCheck | undefined;
  readonly counter: TokenCounter;
}

interface Cost {
  calls: number;
  inputTokens: number;
  outputTokens: number;
}

type Result =
  | { readonly answer: StepAnswer; readonly changes: ReadonlyMap<string, string> }
  | { readonly problem: string };

/**
 * One attempt at the next instruction: asks, gives to read, asks again, works out the changes, checks them, and only
 * then makes them, marks them, and says in the log that the instruction is done. What is not good is said in the
 * log, and leaves no change.
 */
export async function attemptInstruction(
  program: Program,
  host: InstructionHost,
  /** What was wrong with the answer before, as far as this process knows. */
  before: { readonly problem: string | undefined; readonly callsLeft: number },
  signal: AbortSignal | undefined,
): Promise<void> {
  const { log, files } = program;
  const step = log.progress.done.length + 1;
  const attempt = newCubeId();
  const cost: Cost = { calls: 0, inputTokens: 0, outputTokens: 0 };
  const result = await ask(program, host, before, cost, signal);
  const refused =
    "problem" in result
      ? result.problem
      : await files.write(result.changes, {
          ...{ step, attempt, note: result.answer.note },
          actor: host.model.name.slice(0, 256),
        });
  if (!("problem" in result) && refused === undefined) {
    await log.append({ kind: "done", step, attempt, note: result.answer.note, ...cost });
    return;
  }
  await log.append({ kind: "failed", step, attempt, note: refused ?? "", ...cost });
  await files.undo(log.progress);
}

async function ask(
  program: Program,
  host: InstructionHost,
  { problem, callsLeft }: { readonly problem: string | undefined; readonly callsLeft: number },
  cost: Cost,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const { model, settings, counter } = host;
  const { files, log, instructions, goal } = program;
  const number = log.progress.done.length + 1;
  const instruction = instructions[number - 1];
  if (instruction === undefined) return { problem: "There is no such instruction." };
  let reads: WantedRead[] = [];
  for (let round = 0; ; round++) {
    const context = stepContext(
      {
        ...{ goal, number, instruction, problem, count: instructions.length },
        done: log.progress.done.map(({ note }, index) => `${index + 1}. ${note}`),
        files: files.list(),
        reads: await Promise.all(reads.map(async (read) => ({ ...read, text: await files.read(read.path) }))),
      },
      settings.contextTokens - settings.answerTokens,
      counter,
    );
    const { system, user, shown } = context;
    const { text, inputTokens, outputTokens } = await model.complete({
      ...{ system, user, schemaName: STEP_PROMPT.name, schema: STEP_PROMPT.schema },
      ...{ maxTokens: settings.answerTokens, salt: program.scope.tenant, signal },
    });
    cost.calls++;
    cost.inputTokens += inputTokens;
    cost.outputTokens += outputTokens;
    const taken = readStepAnswer(text);
    if ("problem" in taken) return taken;
    const answer = taken.value;
    if (answer.done || answer.reads.length === 0) return judged(program, number, answer, shown, host.check);
    if (round === settings.readRounds)
      return {
        problem: `It asked to read ${round + 1} times in a row; at most ${settings.readRounds} are allowed.`,
      };
    if (cost.calls === callsLeft) return { problem: "It asked to read, and no calls are left." };
    reads = [...reads, ...answer.reads];
  }
}

/** What an answer comes to when it is good: complete, well formed, and as the checks want it. */
async function judged(
  { files, instructions }: Program,
  number: number,
  answer: StepAnswer,
  shown: Shown,
  check: ProgramCheck | undefined,
): Promise<Result> {
  const { note, writes, done } = answer;
  if (!done)
    return { problem: note === "" ? "The answer neither reads nor is done." : `It was not done: ${note}` };
  if (note === "") return { problem: "`note` is empty." };
  const edits = await editsOf(writes, files, shown);
  if ("problem" in edits) return edits;
  const { changes } = edits;
  const instruction = instructions[number - 1] ?? { text: "" };
  if (instruction.file !== undefined && !changes.has(instruction.file))
    return { problem: `The file ${instruction.file} was to be changed, and is not.` };
  const view: FilesView = {
    paths: [...new Set([...files.paths, ...changes.keys()])].sort(),
    read: async (path) => changes.get(path) ?? files.read(path),
  };
  const wrong = await check?.(view, { number, instruction, changed: [...changes.keys()] });
  return wrong === undefined ? { answer, changes } : { problem: wrong };
}
