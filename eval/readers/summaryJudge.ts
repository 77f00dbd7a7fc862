import * as z from "zod";
import { sha256 } from "../../memcube/index.js";
import { sentencesOf } from "../mab/sentences.js";
import { generated, type Speaker } from "./generate.js";

const SYSTEM =
  "You assess a summary of a book. Answer with the JSON object that is asked for and nothing else.";

const QUESTIONS = {
  fluency:
    'Is this text a coherent summary in whole, readable sentences, not repeating itself and not broken off? Answer {"fluency": 1} when it is, and {"fluency": 0} when it is not.\n\nText:\n{summary}',
  recall:
    'How many of these {points} key points does the summary state? Answer {"supported": N}.\n\nKey points:\n{keypoints}\n\nSummary:\n{summary}',
  precision:
    'How many of the {sentences} sentences of this summary are borne out by the reference? Answer {"supported": N}.\n\nReference:\n{reference}\n\nSentences:\n{numbered}',
} as const;

const ANSWER_TOKENS = 64;

/** Changes with every word that is asked. */
export const SUMMARY_JUDGE_HASH = sha256(JSON.stringify([SYSTEM, QUESTIONS]));

export interface Summary {
  readonly summary: string;
  readonly keypoints: readonly string[];
  readonly reference: string;
}

/**
 * The F1 of a summary as HELMET has it (Yen et al., 2025): fluency, 0 or 1, times the harmonic mean of the share
 * of key points that it states and the share of its sentences that are borne out. Undefined when an answer of
 * the judge cannot be read.
 */
export async function summaryF1(
  engine: Speaker,
  { summary, keypoints, reference }: Summary,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const sentences = [...sentencesOf(summary)];
  if (sentences.length === 0 || keypoints.length === 0) return 0;
  const parts: Readonly<Record<string, string>> = {
    summary,
    reference,
    keypoints: numbered(keypoints),
    numbered: numbered(sentences),
    points: String(keypoints.length),
    sentences: String(sentences.length),
  };
  const ask = async (question: keyof typeof QUESTIONS, field: string, most: number) => {
    const user = QUESTIONS[question].replace(/\{([a-z]+)\}/g, (_, name: string) => parts[name] as string);
    const schema = {
      type: "object",
      properties: { [field]: { type: "integer", minimum: 0, maximum: most } },
      required: [field],
      additionalProperties: false,
    };
    const { text } = await generated(engine, {
      system: SYSTEM,
      user,
      schema,
      maxTokens: ANSWER_TOKENS,
      signal,
    });
    return countIn(text, field, most);
  };
  const fluency = await ask("fluency", "fluency", 1);
  const stated = await ask("recall", "supported", keypoints.length);
  const borneOut = await ask("precision", "supported", sentences.length);
  if (fluency === undefined || stated === undefined || borneOut === undefined) return undefined;
  const [recall, precision] = [stated / keypoints.length, borneOut / sentences.length];
  return recall + precision === 0 ? 0 : (fluency * 2 * recall * precision) / (recall + precision);
}

function numbered(texts: readonly string[]): string {
  return texts.map((text, index) => `${index + 1}. ${text}`).join("\n");
}

/** A count that a judge gives, which is none when it is more than there is. */
function countIn(text: string, field: string, most: number): number | undefined {
  const [object] = /\{[^{}]*\}/.exec(text) ?? [];
  if (object === undefined) return undefined;
  try {
    const count = z.object({ [field]: z.int().min(0).max(most) }).safeParse(JSON.parse(object));
    return count.success ? (count.data[field] as number) : undefined;
  } catch {
    return undefined;
  }
}
