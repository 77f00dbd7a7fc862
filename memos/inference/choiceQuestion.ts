import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { parse } from "../parse.js";
import type { ChatMessage, Decision } from "./engine.js";

/** Choices of one decision: servers tell the probabilities of so many tokens at most. */
export const DECISION_CHOICES = 20;

const choicesSchema = z
  .array(z.string().min(1))
  .min(1)
  .max(DECISION_CHOICES)
  .refine((choices) => new Set(choices).size === choices.length, "must differ from each other");

const answerSchema = z.object({
  choices: z
    .array(
      z.object({
        logprobs: z
          .object({
            content: z
              .array(
                z.object({ top_logprobs: z.array(z.object({ token: z.string(), logprob: z.number() })) }),
              )
              .min(1)
              .nullish(),
          })
          .nullish(),
      }),
    )
    .min(1),
});

/** One letter each: choices may begin with the same token, letters do not. */
const LABELS = Array.from({ length: DECISION_CHOICES }, (_, at) => String.fromCharCode(65 + at));

/** A choice among texts, put as a choice among letters, so that one token answers it. */
export class ChoiceQuestion {
  /** Tokens whose probabilities are asked for. */
  readonly alternatives = DECISION_CHOICES;
  readonly #choices: readonly string[];

  /** @throws MemosError INVALID_INPUT for no choice or equal ones, TOO_LARGE for too many. */
  constructor(choices: readonly string[]) {
    this.#choices = parse(choicesSchema, choices);
  }

  /** The messages, with the question at their end; in the last one where the user said it. */
  appendedTo(messages: readonly ChatMessage[]): readonly ChatMessage[] {
    const lines = this.#choices.map((choice, at) => `${LABELS[at]}) ${choice}`);
    const question = `Answer with the letter of one of these choices, and nothing else:\n${lines.join("\n")}`;
    const last = messages.at(-1);
    if (last?.role !== "user") return [...messages, { role: "user", content: question }];
    return [...messages.slice(0, -1), { ...last, content: `${last.content}\n\n${question}` }];
  }

  /**
   * A letter that is not among the most probable tokens counts as impossible.
   *
   * @throws MemosError UNSUPPORTED for an answer without probabilities, MODEL_FAILED for one in which no choice is.
   */
  decisionOf(answer: unknown, server: string): Decision {
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success)
      throw new MemosError(
        "MODEL_FAILED",
        `The ${server} answered with something that is not a chat completion.`,
      );
    const [first] = parsed.data.choices[0]?.logprobs?.content ?? [];
    if (first === undefined)
      throw new MemosError(
        "UNSUPPORTED",
        `The ${server} does not tell the probabilities of tokens, and decisions are made by them.`,
      );
    const weights = this.#choices.map((_, at) =>
      first.top_logprobs
        .filter(({ token }) => token.trim() === LABELS[at])
        .reduce((sum, { logprob }) => sum + Math.exp(logprob), 0),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0))
      throw new MemosError("MODEL_FAILED", `The ${server} answered with none of the choices.`);
    const best = weights.indexOf(Math.max(...weights));
    return {
      choice: this.#choices[best] as string,
      probabilities: weights.map((weight) => weight / total),
    };
  }
}
