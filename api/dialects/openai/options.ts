import type { Request } from "express";
import * as z from "zod";
import { LIMITS, MemosError, type Scope } from "../../../memcube/index.js";
import { ANSWER_TOKENS } from "../../../memos/chat/operations.js";
import {
  type ChatOptions,
  chatOptionsSchema,
  type MemOS,
  parse,
  type ToolDefinition,
} from "../../../memos/index.js";
import type { Notes } from "../notes.js";
import { notHere } from "./fail.js";
import { OPENAI_LIMITS } from "./limits.js";
import { headerOf, namesSomebody } from "./scope.js";

const flag = z.boolean().nullish();
export const number = z.number().nullish();

/** How an answer is drawn, as both kinds of requests say it. */
export const samplingFields = {
  model: z.string().min(1).max(LIMITS.nameCharacters),
  stream: flag,
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  user: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
};

export const toolSchema = z.looseObject({
  name: z.string().regex(/^[\w.-]{1,128}$/, "is no name of a function"),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
});

export function toolOf({ name, description, parameters }: z.output<typeof toolSchema>): ToolDefinition {
  return {
    name,
    description: description ?? "",
    parameters: parameters ?? { type: "object", properties: {} },
  };
}

/** Whether the model may call tools. @throws MemosError INVALID_INPUT where it would have to call some. */
export function offers(choice: unknown): boolean {
  if (choice === undefined || choice === null || choice === "auto") return true;
  if (choice === "none") return false;
  throw notHere(
    "tool_choice",
    "A model cannot be made to call a tool here: `tool_choice` is `auto` or `none`.",
  );
}

const FREE_FORM = { type: "object", additionalProperties: true };

/** The schema that an answer must follow. @throws MemosError INVALID_INPUT. */
export function schemaOf(
  format: { type: string; schema?: Readonly<Record<string, unknown>> | undefined } | undefined,
  path: string,
): Readonly<Record<string, unknown>> | undefined {
  if (format === undefined || format.type === "text") return undefined;
  if (format.type === "json_object") return FREE_FORM;
  if (format.type !== "json_schema")
    throw notHere(path, "The form of an answer is `text`, `json_object` or `json_schema` here.");
  if (format.schema === undefined) throw notHere(path, "A `json_schema` has a `schema`.");
  return format.schema;
}

export const samplingOf = ({
  temperature,
  top_p,
  seed,
}: {
  temperature?: number | null | undefined;
  top_p?: number | null | undefined;
  seed?: number | null | undefined;
}) => ({
  ...(temperature === undefined || temperature === null ? {} : { temperature }),
  // Nothing is left to choose from below the most probable token.
  ...(top_p === undefined || top_p === null || top_p === 1 ? {} : { topP: Math.max(top_p, 1e-6) }),
  ...(seed === undefined || seed === null ? {} : { seed: Math.abs(seed) }),
});

/** What the headers of a request say about its memory. */
export interface MemorySettings {
  readonly recall: boolean;
  readonly remember: boolean;
  readonly budget: number | undefined;
}

const SWITCH: Readonly<Record<string, boolean>> = { on: true, off: false };

/**
 * @throws MemosError INVALID_INPUT for a value that is none, and where memory is used and nobody says whose: the
 * memory of a whole tenant is nobody's.
 */
export function memorySettings(request: Request, scope: Scope): MemorySettings {
  const switched = (name: string) => {
    const value = headerOf(request, name)?.toLowerCase();
    const on = value === undefined ? true : SWITCH[value];
    if (on === undefined) throw notHere(name, `\`${name}\` is \`on\` or \`off\`.`);
    return on;
  };
  const given = headerOf(request, "x-memory-budget");
  const budget = given === undefined ? undefined : Number(given);
  const settings = { recall: switched("x-memory-recall"), remember: switched("x-memory-remember"), budget };
  if (budget !== undefined && !(Number.isInteger(budget) && budget >= 0 && budget <= LIMITS.contextTokens))
    throw notHere(
      "x-memory-budget",
      `\`x-memory-budget\` is a number of tokens up to ${LIMITS.contextTokens}.`,
    );
  if ((settings.recall || settings.remember) && !namesSomebody(scope))
    throw new MemosError(
      "INVALID_INPUT",
      "Whose memory? Name the user in `user`, in `metadata.user` or in the header `x-memory-user`; or say `x-memory-recall: off` and `x-memory-remember: off`.",
      { path: "user" },
    );
  return settings;
}

/** Options of the chat for what a request wants; what cannot be given in full is noted. */
export async function chatOptions(
  memos: MemOS,
  scope: Scope,
  settings: MemorySettings,
  wanted: { readonly instructions: string | undefined; readonly maxTokens: number | null | undefined } & Pick<
    ChatOptions,
    "temperature" | "topP" | "seed"
  >,
  { notes, signal }: { readonly notes: Notes; readonly signal: AbortSignal },
): Promise<ChatOptions> {
  const { instructions, maxTokens, ...sampling } = wanted;
  const contextTokens = await memos.models.contextTokens(scope);
  const most = Math.max(1, Math.min(ANSWER_TOKENS, Math.floor(contextTokens * OPENAI_LIMITS.answerShare)));
  const tokens = maxTokens ?? OPENAI_LIMITS.answerTokens;
  if (maxTokens !== undefined && maxTokens !== null && maxTokens > most)
    notes.add("max_tokens", `An answer has at most ${most} tokens here, half of what the model takes.`);
  const { recall, remember, budget } = settings;
  const options = {
    ...sampling,
    ...(instructions === undefined ? {} : { instructions }),
    ...(recall ? (budget === undefined ? {} : { budget }) : { budget: 0, adapters: "none" as const }),
    maxTokens: Math.min(tokens, most),
    remember,
    signal,
  };
  parse(chatOptionsSchema, options);
  return options;
}
