import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { throwIfAborted } from "../../memos/aborted.js";
import { readContainer } from "../../memos/activation/container.js";
import { systemText } from "../../memos/activation/conversation.js";
import { decodePayload } from "../../memos/activation/decode.js";
import { INSTRUCTIONS } from "../../memos/activation/instructions.js";
import { kivi } from "../../memos/activation/press/kivi.js";
import { writePressed } from "../../memos/activation/recode.js";
import type { ChatMessage, Engine, StoredState } from "../../memos/inference/engine.js";

/** Made by `models/reader/exam.py`, in names and phrasings that the reader never learned from. */
const QUESTIONS = new URL("../../../models/reader/questions.jsonl", import.meta.url);

const questionSchema = z.strictObject({
  /** Lines of memory in their fence. */
  block: z.string(),
  question: z.string(),
  answer: z.string(),
  /** Whether the block says it once, says it and then something else, or does not say it. */
  kind: z.enum(["answer", "update", "unknown"]),
});

export type ExamQuestion = z.infer<typeof questionSchema>;

const ANSWER_TOKENS = 24;

/** Compressed states whose answers are compared with those of the state itself. */
const BITS = [8, 4] as const;

export interface ExamFigures {
  readonly questions: number;
  /** Shares of answers that are exactly right: the block evaluated, and restored from its KV cache. */
  readonly exact: number;
  readonly exactRestored: number;
  readonly exactByKind: Readonly<Record<string, number>>;
  /** Shares of answers that are the same as those of the block as it was evaluated. */
  readonly sameRestored: number;
  readonly sameKivi8: number;
  readonly sameKivi4: number;
}

/** @throws Error for a file that is not what `exam.py` writes. */
export async function examQuestions(limit: number): Promise<ExamQuestion[]> {
  const lines = (await readFile(QUESTIONS, "utf8")).trim().split("\n").slice(0, limit);
  return lines.map((line) => questionSchema.parse(JSON.parse(line)));
}

/** Asks each question over its block: evaluated, restored, and restored from compressed states. */
export async function examine(
  engine: Engine,
  questions: readonly ExamQuestion[],
  folder: string,
  report: (line: () => string) => void,
  signal?: AbortSignal,
): Promise<ExamFigures> {
  const rows: { kind: string; exact: boolean; exactRestored: boolean; same: boolean[] }[] = [];
  for (const [number, { block, question, answer, kind }] of questions.entries()) {
    throwIfAborted(signal);
    report(() => `question ${number + 1} of ${questions.length}`);
    const system: ChatMessage = { role: "system", content: systemText(INSTRUCTIONS, { text: block }) };
    const messages: ChatMessage[] = [system, { role: "user", content: question }];
    const path = join(folder, "state");
    const { sha256 } = await engine.compile({ messages: [system], path, fresh: true });
    const states: (StoredState | undefined)[] = [undefined, { path, sha256 }];
    const { header, payload } = await readContainer(path, { sha256 });
    const state = await decodePayload(header, payload);
    for (const bits of BITS) {
      const pressed = join(folder, `kivi-${bits}`);
      const written = await writePressed(header, state, pressed, kivi, { bits });
      states.push({ path: pressed, sha256: written.sha256 });
    }
    const answers: string[] = [];
    // Under a salt of its own each: nothing is reused of the one before.
    for (const [at, stored] of states.entries())
      answers.push(await answerOf(engine, messages, stored, `${number} ${at}`));
    const [evaluated = "", restored = ""] = answers;
    rows.push({
      kind,
      exact: evaluated === answer,
      exactRestored: restored === answer,
      same: answers.slice(1).map((one) => one === evaluated),
    });
  }
  const kinds = [...new Set(rows.map(({ kind }) => kind))].sort();
  return {
    questions: rows.length,
    exact: share(rows, ({ exact }) => exact),
    exactRestored: share(rows, ({ exactRestored }) => exactRestored),
    exactByKind: Object.fromEntries(
      kinds.map((kind) => [
        kind,
        share(
          rows.filter((row) => row.kind === kind),
          ({ exact }) => exact,
        ),
      ]),
    ),
    sameRestored: share(rows, ({ same }) => same[0] === true),
    sameKivi8: share(rows, ({ same }) => same[1] === true),
    sameKivi4: share(rows, ({ same }) => same[2] === true),
  };
}

async function answerOf(
  engine: Engine,
  messages: readonly ChatMessage[],
  state: StoredState | undefined,
  salt: string,
): Promise<string> {
  let text = "";
  for await (const event of engine.generate({ messages, state, salt, maxTokens: ANSWER_TOKENS })) {
    if (event.kind === "text") text += event.text;
    if (event.kind === "prompt" && event.miss !== undefined) throw new Error(`Not restored: ${event.miss}`);
  }
  return text.trim();
}

function share<T>(rows: readonly T[], holds: (row: T) => boolean): number {
  return rows.length === 0 ? 0 : rows.filter(holds).length / rows.length;
}
