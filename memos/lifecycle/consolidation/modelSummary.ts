import * as z from "zod";
import { isMemosError, type MemCube, textOf } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import { isGrounded } from "../../extraction/grounded.js";
import { outermostObject } from "../../extraction/outermostObject.js";
import type { ChatModel } from "../../inference/chatModel.js";
import { definePrompt } from "../../prompts/index.js";
import { SUMMARY_CHARACTERS } from "./extractiveSummary.js";

/** Characters of one turn that the model is shown, and tokens of its answer at most. */
const SHOWN_CHARACTERS = 1_200;
const ANSWER_TOKENS = 1_024;

/** Characters of an answer that is read, and sentences of it. */
const ANSWER_CHARACTERS = 20_000;
const SENTENCES = 12;

const answerSchema = z.object({
  sentences: z.array(z.object({ text: z.string(), from: z.array(z.string()) })).min(1),
});

/** What a model makes of a conversation that is over. */
export const SUMMARY_PROMPT = definePrompt({
  file: "summary",
  constants: { maxSentences: SENTENCES, maxCharacters: SUMMARY_CHARACTERS },
  input: z.strictObject({
    turns: z
      .array(z.strictObject({ handle: z.string(), who: z.string(), at: z.string(), text: z.string() }))
      .min(1),
  }),
  answer: z.strictObject({
    sentences: z.array(z.strictObject({ text: z.string(), from: z.array(z.string()) })),
  }),
});

export type ModelSummary = { readonly llmTokens: number } & (
  | { readonly text: string }
  /** Why nothing can be taken of it; `silent` when the model did not answer at all. */
  | { readonly reason: string; readonly silent: boolean }
);

/**
 * Asks a model once what turns come to. Of the answer, sentences are taken that name turns which were shown and
 * whose numbers and names are in those turns; the model is not believed otherwise.
 *
 * @throws MemosError ABORTED.
 */
export async function modelSummary(
  model: ChatModel,
  turns: readonly MemCube[],
  signal: AbortSignal | undefined,
): Promise<ModelSummary> {
  try {
    const { text, inputTokens, outputTokens } = await model.complete({
      ...SUMMARY_PROMPT.render({ turns: turns.map(shown) }),
      schemaName: SUMMARY_PROMPT.name,
      schema: SUMMARY_PROMPT.schema,
      maxTokens: ANSWER_TOKENS,
      salt: turns[0]?.scope.tenant,
      signal,
    });
    const llmTokens = inputTokens + outputTokens;
    const kept = summaryIn(text, turns);
    return kept.ok ? { llmTokens, text: kept.text } : { llmTokens, reason: kept.reason, silent: false };
  } catch (error) {
    throwIfAborted(signal);
    // What another implementation throws may quote its key; only our own sentences are passed on.
    return { llmTokens: 0, reason: isMemosError(error) ? error.message : "The model failed.", silent: true };
  }
}

function shown(cube: MemCube, index: number) {
  const { provenance, time } = cube;
  return {
    handle: handleOf(index),
    who: provenance.actor,
    at: time.occurredAt ?? time.recordedAt,
    text: (textOf(cube) ?? "").slice(0, SHOWN_CHARACTERS).toWellFormed(),
  };
}

function handleOf(index: number): string {
  return `t${index + 1}`;
}

/** What can be taken of an answer; separate from the asking so that any answer can be tried. */
export function summaryIn(
  answer: string,
  turns: readonly MemCube[],
): { ok: true; text: string } | { ok: false; reason: string } {
  const read = readSentences(answer);
  if (read === undefined) return { ok: false, reason: "The answer is not of the form that was asked for." };
  const byHandle = new Map(turns.map((cube, index) => [handleOf(index), cube]));
  const kept: string[] = [];
  let characters = 0;
  for (const sentence of read.slice(0, SENTENCES)) {
    const text = sentence.text.replaceAll(/\s+/g, " ").trim();
    const from = sentence.from.flatMap((handle) => byHandle.get(handle) ?? []);
    const whole = from.length === sentence.from.length && from.length > 0;
    if (text === "" || !text.isWellFormed() || text.includes("\u0000")) continue;
    if (!whole || !isGrounded(text, from) || characters + text.length + 1 > SUMMARY_CHARACTERS) continue;
    kept.push(text);
    characters += text.length + 1;
  }
  if (kept.length === 0)
    return { ok: false, reason: "No sentence of the answer is borne out by the turns that it names." };
  return { ok: true, text: kept.join("\n") };
}

function readSentences(answer: string): z.output<typeof answerSchema>["sentences"] | undefined {
  return answerSchema.safeParse(outermostObject(answer, ANSWER_CHARACTERS)).data?.sentences;
}
