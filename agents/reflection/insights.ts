import * as z from "zod";
import { isMemosError } from "../../memcube/index.js";
import { throwIfAborted } from "../../memos/aborted.js";
import { outermostObject } from "../../memos/extraction/outermostObject.js";
import type { Distillate, Episode, Insights } from "../../memos/index.js";
import type { ChatModel } from "../../memos/inference/chatModel.js";
import { definePrompt } from "../../memos/prompts/index.js";
import { episodeText } from "./evidence.js";
import { REFLECTION_LIMITS } from "./limits.js";
import { unsupported } from "./support.js";

/** Characters of an episode that the model is shown, and tokens and characters of its answer. */
const SHOWN_CHARACTERS = 1_200;
const ANSWER_TOKENS = 1_024;
const ANSWER_CHARACTERS = 20_000;

/** What a model makes of episodes that are about the same. */
export const REFLECTION_PROMPT = definePrompt({
  file: "reflection",
  constants: {
    maxInsights: REFLECTION_LIMITS.insights,
    maxCharacters: REFLECTION_LIMITS.insightCharacters,
    minNotes: REFLECTION_LIMITS.insightEvidence,
  },
  input: z.strictObject({
    notes: z
      .array(z.strictObject({ handle: z.string(), who: z.string(), at: z.string(), text: z.string() }))
      .min(1),
  }),
  answer: z.strictObject({
    insights: z.array(z.strictObject({ text: z.string(), from: z.array(z.string()) })),
  }),
});

const answerSchema = z.object({
  insights: z.array(z.object({ text: z.string(), from: z.array(z.string()) })),
});

/**
 * Asks a model once what episodes come to. It sees short handles and no ids; of its answer only what its own
 * evidence bears out is taken.
 *
 * @throws MemosError ABORTED.
 */
export async function insightsOf(
  model: ChatModel,
  episodes: readonly Episode[],
  signal: AbortSignal | undefined,
): Promise<Insights> {
  const promptHash = REFLECTION_PROMPT.hash;
  try {
    const { text, inputTokens, outputTokens } = await model.complete({
      ...REFLECTION_PROMPT.render({ notes: episodes.map(shown) }),
      schemaName: REFLECTION_PROMPT.name,
      schema: REFLECTION_PROMPT.schema,
      maxTokens: ANSWER_TOKENS,
      salt: episodes[0]?.cube.scope.tenant,
      signal,
    });
    return {
      ...insightsIn(text, episodes),
      llmTokens: inputTokens + outputTokens,
      silent: false,
      promptHash,
    };
  } catch (error) {
    throwIfAborted(signal);
    // What another implementation throws may quote its key; only our own sentences are passed on.
    const reason = isMemosError(error) ? error.message : "The model failed.";
    return { found: [], refused: [reason], llmTokens: 0, silent: true, promptHash };
  }
}

function shown(episode: Episode, index: number) {
  const { time } = episode.cube;
  return {
    handle: handleOf(index),
    who: episode.speaker,
    at: time.occurredAt ?? time.recordedAt,
    text: episodeText(episode).slice(0, SHOWN_CHARACTERS).toWellFormed(),
  };
}

function handleOf(index: number): string {
  return `n${index + 1}`;
}

/** What can be taken of an answer, and why the rest cannot; separate from the asking so that any can be tried. */
export function insightsIn(
  answer: string,
  episodes: readonly Episode[],
): Pick<Insights, "found" | "refused"> {
  const read = readAnswer(answer);
  if (read === undefined)
    return { found: [], refused: ["The answer is not of the form that was asked for."] };
  const byHandle = new Map(episodes.map((episode, index) => [handleOf(index), episode]));
  const found = new Map<string, Distillate>();
  const refused: string[] = [];
  for (const [at, { text: given, from }] of read.entries()) {
    const text = given.replaceAll(/\s+/gu, " ").trim();
    const named = [...new Set(from)];
    const evidence = named.flatMap((handle) => byHandle.get(handle) ?? []);
    const reason =
      at >= REFLECTION_LIMITS.insights
        ? "There are more of them than were asked for."
        : evidence.length < named.length
          ? "It names an episode that was not shown."
          : unsupported(text, evidence);
    const about = `insight: ${text.toLowerCase()}`;
    if (reason !== undefined) refused.push(`Insight ${at + 1}: ${reason}`);
    else if (!found.has(about))
      found.set(about, {
        about,
        type: "semantic",
        text,
        format: "text",
        why: `${evidence.length} episodes bear it out.`,
        evidence: evidence.map(({ cube }) => ({ cube })),
      });
  }
  return { found: [...found.values()], refused };
}

function readAnswer(answer: string): z.output<typeof answerSchema>["insights"] | undefined {
  return answerSchema.safeParse(outermostObject(answer, ANSWER_CHARACTERS)).data?.insights;
}
