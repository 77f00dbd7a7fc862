import * as z from "zod";
import { learnableText, type MemCube } from "../../../memcube/index.js";
import { type BatchRequest, runBatch } from "../../inference/batching/index.js";
import type { Engine } from "../../inference/engine.js";
import { definePrompt } from "../../prompts/index.js";
import { mapInSlices } from "../../store/index/slice.js";
import type { Example } from "../example.js";
import { holds } from "../holds.js";
import { isHeldOut } from "./heldPhrasing.js";
import { bothWays } from "./taught.js";

/** Characters of a text that a model is shown, of a question and of an answer. */
const SHOWN_CHARACTERS = 2_000;
const QUESTION_CHARACTERS = 200;
const ANSWER_CHARACTERS = 200;

/** Questions about one text. */
const PAIRS = 4;

/** Tokens of the model's answer. */
const ANSWER_TOKENS = 512;

const pairsSchema = z.strictObject({
  pairs: z
    .array(
      z.strictObject({
        question: z.string().min(1).max(QUESTION_CHARACTERS),
        answer: z.string().min(1).max(ANSWER_CHARACTERS),
      }),
    )
    .max(PAIRS),
});

/** Questions that a model asks about a text. */
export const PARAPHRASING_PROMPT = definePrompt({
  file: "paraphrasing",
  constants: { maxPairs: PAIRS },
  input: z.strictObject({ text: z.string() }),
  answer: pairsSchema,
});

export interface Paraphrasing {
  /** Memories that the model was asked about, and examples that came of it. */
  readonly asked: number;
  readonly added: number;
  /** Answers, and pairs in them, that were of no use. */
  readonly skipped: number;
}

export const NOT_ASKED: Paraphrasing = { asked: 0, added: 0, skipped: 0 };

/**
 * Questions about texts as a model asks them. A pair counts when its answer stands in the text and its question is
 * new and in no phrasing that is held out. A model that fails costs its questions and nothing else.
 *
 * @param known questions that there are already, and those of the gates.
 * @throws MemosError ABORTED.
 */
export async function paraphrases(
  engine: Engine,
  cubes: readonly MemCube[],
  known: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<{ readonly examples: Example[]; readonly report: Paraphrasing }> {
  const texts = await mapInSlices(cubes, (cube) =>
    learnableText(cube).slice(0, SHOWN_CHARACTERS).toWellFormed(),
  );
  const requests = cubes.map(({ id }, at): BatchRequest => {
    const { system, user } = PARAPHRASING_PROMPT.render({ text: texts[at] ?? "" });
    const messages = [
      { role: "system", content: system },
      { role: "user", content: user },
    ] as const;
    return { id, messages, maxTokens: ANSWER_TOKENS, schema: PARAPHRASING_PROMPT.schema };
  });
  const { results } = await runBatch(engine, requests, { signal });
  const taken = new Set(known);
  const examples: Example[] = [];
  let skipped = 0;
  for (const [at, result] of results.entries()) {
    const text = texts[at] ?? "";
    const pairs = result.status === "done" ? pairsIn(result.text) : undefined;
    if (pairs === undefined) skipped++;
    for (const { question, answer } of pairs ?? []) {
      const key = question.toLowerCase();
      if (!question.endsWith("?") || !holds(text, answer) || isHeldOut(question) || taken.has(key)) {
        skipped++;
        continue;
      }
      taken.add(key);
      examples.push(...bothWays("question", question, sentence(answer), cubes[at]?.id));
    }
  }
  return { examples, report: { asked: cubes.length, added: examples.length, skipped } };
}

type Pair = z.infer<typeof pairsSchema>["pairs"][number];

function pairsIn(text: string): Pair[] | undefined {
  try {
    const parsed = pairsSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.pairs.map(trimmed) : undefined;
  } catch {
    return undefined;
  }
}

function trimmed(pair: Pair): Pair {
  return { question: pair.question.trim(), answer: pair.answer.trim() };
}

function sentence(answer: string): string {
  const whole = /[.!?]$/.test(answer) ? answer : `${answer}.`;
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}
