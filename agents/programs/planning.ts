import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import type { ChatModel } from "../../memos/inference/index.js";
import { definePrompt } from "../../memos/prompts/index.js";
import { o200k } from "../../memos/retrieval/tokens.js";
import { answerObject } from "./answerObject.js";
import { PROGRAM_LIMITS as LIMITS } from "./limits.js";
import { type Instruction, instructionSchema, type Settings } from "./operations.js";
import { MARGIN_TOKENS } from "./stepContext.js";

/** Writes the instruction list from a goal, in one call (L2MAC, arXiv 2310.02003, section 3.1). */
export const PLAN_PROMPT = definePrompt({
  file: "program-plan",
  constants: { instructionCharacters: LIMITS.instructionCharacters, maxInstructions: LIMITS.instructions },
  input: z.strictObject({ goal: z.string(), answerTokens: z.int().positive(), problem: z.string() }),
  answer: z.strictObject({
    instructions: z.array(z.strictObject({ text: z.string(), file: z.string().nullable() })),
  }),
});

const takenSchema = z.object({
  instructions: z
    .array(
      z
        .object({ text: z.string(), file: z.string().nullish() })
        .transform(
          ({ text, file }): z.input<typeof instructionSchema> => ({
            text: text.replace(/\s+/g, " ").trim(),
            ...(file === null || file === undefined || file === "" ? {} : { file }),
          }),
        )
        .pipe(instructionSchema),
    )
    .min(1)
    .max(LIMITS.instructions),
});

export interface Planned {
  readonly instructions: readonly Instruction[];
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * Has a model plan: one call, and a few more when the answer could not be used.
 *
 * @throws MemosError MODEL_FAILED when no answer could be used, TOO_LARGE when the goal leaves no room for one.
 */
export async function planned(
  model: ChatModel,
  goal: string,
  tenant: string,
  settings: Settings,
  signal: AbortSignal | undefined,
): Promise<Planned> {
  const counter = await o200k();
  const cost = { calls: 0, inputTokens: 0, outputTokens: 0 };
  let problem = "(nothing)";
  for (let attempt = 0; attempt <= LIMITS.planRepairs; attempt++) {
    const prompt = PLAN_PROMPT.render({ goal, answerTokens: settings.answerTokens, problem });
    const used = counter.count(`${prompt.system}\n${prompt.user}\n${JSON.stringify(PLAN_PROMPT.schema)}`);
    const maxTokens = settings.contextTokens - used - MARGIN_TOKENS;
    if (maxTokens < settings.answerTokens)
      throw new MemosError("TOO_LARGE", "The goal leaves no room for an answer.", { path: "goal" });
    const answer = await model.complete({
      ...prompt,
      schemaName: PLAN_PROMPT.name,
      schema: PLAN_PROMPT.schema,
      maxTokens,
      salt: tenant,
      signal,
    });
    cost.calls++;
    cost.inputTokens += answer.inputTokens;
    cost.outputTokens += answer.outputTokens;
    const taken = answerObject(takenSchema, answer.text);
    if ("value" in taken) return { ...cost, instructions: taken.value.instructions };
    problem = taken.problem.slice(0, LIMITS.problemCharacters);
  }
  throw new MemosError("MODEL_FAILED", `The model wrote no plan that can be used. ${problem}`);
}
