import * as z from "zod";
import type { ToolDefinition } from "../../../memos/index.js";
import type { Notes } from "../notes.js";
import { notHere } from "./fail.js";
import { OPENAI_LIMITS } from "./limits.js";
import { messageSchema } from "./messages.js";
import { number, offers, samplingFields, toolOf, toolSchema } from "./options.js";
import { noteUnknown } from "./unknownFields.js";

/** What a request for a chat completion says. Fields that are not known change nothing, and are told back. */
export const completionFields = z.looseObject({
  ...samplingFields,
  messages: z.array(messageSchema).min(1),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(OPENAI_LIMITS.stops)]).nullish(),
  seed: z.int().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  tools: z
    .array(z.looseObject({ type: z.string(), function: toolSchema.optional() }))
    .max(OPENAI_LIMITS.tools)
    .nullish(),
  tool_choice: z.unknown().optional(),
  response_format: z
    .looseObject({
      type: z.string(),
      json_schema: z.looseObject({ schema: z.record(z.string(), z.unknown()).optional() }).optional(),
    })
    .nullish(),
  n: number,
  logprobs: z.boolean().nullish(),
  top_logprobs: number,
  logit_bias: z.record(z.string(), z.number()).nullish(),
  presence_penalty: number,
  frequency_penalty: number,
  modalities: z.array(z.string()).nullish(),
  audio: z.unknown().optional(),
  functions: z.unknown().optional(),
  function_call: z.unknown().optional(),
  web_search_options: z.unknown().optional(),
});

export type CompletionFields = z.output<typeof completionFields>;

const KNOWN = new Set(Object.keys(completionFields.shape));

/** What would make another answer, and cannot be done: refused, where a field that is only not known is told back. */
const REFUSED: readonly [field: keyof CompletionFields, isAsked: (value: unknown) => boolean, why: string][] =
  [
    ["n", (n) => n !== 1, "One answer at a time is given here: `n` is 1."],
    ["logprobs", (asked) => asked === true, "Probabilities of tokens are not told here."],
    ["top_logprobs", (count) => count !== 0, "Probabilities of tokens are not told here."],
    ["logit_bias", (bias) => Object.keys(bias as object).length > 0, "Tokens cannot be weighed here."],
    ["presence_penalty", (penalty) => penalty !== 0, "There are no penalties here: `presence_penalty` is 0."],
    [
      "frequency_penalty",
      (penalty) => penalty !== 0,
      "There are no penalties here: `frequency_penalty` is 0.",
    ],
    ["modalities", (all) => (all as string[]).some((one) => one !== "text"), "Answers are text here."],
    ["audio", () => true, "Answers are text here."],
    ["functions", () => true, "`functions` are called `tools` here."],
    ["function_call", () => true, "`function_call` is called `tool_choice` here."],
    ["web_search_options", () => true, "Nothing is searched for on the web here."],
  ];

/**
 * Refuses what cannot be done, and notes what changes nothing.
 *
 * @throws MemosError INVALID_INPUT.
 */
export function checkFields(input: CompletionFields, notes: Notes): void {
  for (const [field, isAsked, why] of REFUSED) {
    const value = input[field];
    if (value !== undefined && value !== null && isAsked(value)) throw notHere(field, why);
  }
  if (input.stream_options != null && input.stream !== true)
    throw notHere("stream_options", "`stream_options` goes with `stream`.");
  noteUnknown(input, KNOWN, notes);
}

/** The tools that the client runs. @throws MemosError INVALID_INPUT for other kinds. */
export function toolsOf({ tools, tool_choice: choice }: CompletionFields): ToolDefinition[] {
  if (!offers(choice)) return [];
  return (tools ?? []).map(({ type, function: offered }, at) => {
    if (type !== "function" || offered === undefined)
      throw notHere(`tools.${at}`, "Tools are functions here, which the client runs.");
    return toolOf(offered);
  });
}
