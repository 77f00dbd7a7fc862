import * as z from "zod";
import { LIMITS } from "../../../memcube/index.js";
import type { ToolDefinition } from "../../../memos/index.js";
import { notHere } from "./fail.js";
import { OPENAI_LIMITS } from "./limits.js";
import { messageSchema, type OpenAIMessage } from "./messages.js";
import { number, offers, samplingFields, toolOf, toolSchema } from "./options.js";

const itemSchema = z.union([
  messageSchema.extend({ type: z.literal("message").optional() }),
  z.looseObject({
    type: z.literal("function_call"),
    call_id: z.string().min(1),
    name: z.string().min(1),
    arguments: z.string(),
  }),
  z.looseObject({ type: z.literal("function_call_output"), call_id: z.string().min(1), output: z.string() }),
]);

type Item = z.output<typeof itemSchema>;

/** What a request for a response says. */
export const responseFields = z.looseObject({
  ...samplingFields,
  model: samplingFields.model.max(LIMITS.nameCharacters),
  input: z.union([z.string().min(1), z.array(itemSchema).min(1)]),
  instructions: z.string().nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  tools: z
    .array(z.looseObject({ type: z.string() }))
    .max(OPENAI_LIMITS.tools)
    .nullish(),
  tool_choice: z.unknown().optional(),
  text: z
    .looseObject({
      format: z
        .looseObject({ type: z.string(), schema: z.record(z.string(), z.unknown()).optional() })
        .optional(),
    })
    .nullish(),
  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  previous_response_id: z.string().nullish(),
  conversation: z.unknown().optional(),
  prompt: z.unknown().optional(),
  top_logprobs: number,
});

export type ResponseFields = z.output<typeof responseFields>;

export const RESPONSE_FIELDS = new Set(Object.keys(responseFields.shape));

/** What would need an answer to be kept under its id, or be another one. @throws MemosError INVALID_INPUT. */
export function checkResponse(input: ResponseFields): void {
  const kept =
    "Responses are not kept under their ids here: send the items before in `input`; what was said is in memory anyway.";
  if (input.previous_response_id != null) throw notHere("previous_response_id", kept);
  if (input.conversation != null) throw notHere("conversation", kept);
  if (input.store === true) throw notHere("store", kept);
  if (input.background === true) throw notHere("background", "Nothing is answered in the background here.");
  if (input.prompt != null)
    throw notHere("prompt", "There are no prompts to choose from here: send `instructions`.");
  if (input.top_logprobs != null && input.top_logprobs !== 0)
    throw notHere("top_logprobs", "Probabilities of tokens are not told here.");
}

/** The items of a request as messages; calls that follow each other are of one message. */
export function messagesOf({ input, instructions }: ResponseFields): OpenAIMessage[] {
  const head: OpenAIMessage[] = instructions == null ? [] : [{ role: "system", content: instructions }];
  const items: readonly Item[] = typeof input === "string" ? [{ role: "user", content: input }] : input;
  const messages: OpenAIMessage[] = [...head];
  for (const item of items) {
    if ("role" in item && item.role !== undefined) {
      messages.push(item as OpenAIMessage);
      continue;
    }
    const { type } = item;
    if (type === "function_call_output")
      messages.push({ role: "tool", content: item.output as string, tool_call_id: item.call_id as string });
    if (type !== "function_call") continue;
    const call = {
      id: item.call_id as string,
      function: { name: item.name as string, arguments: item.arguments as string },
    };
    const last = messages.at(-1);
    if (last?.role === "assistant")
      messages[messages.length - 1] = { ...last, tool_calls: [...(last.tool_calls ?? []), call] };
    else messages.push({ role: "assistant", content: null, tool_calls: [call] });
  }
  return messages;
}

/** @throws MemosError INVALID_INPUT for tools that the server would have to run. */
export function responseTools({ tools, tool_choice: choice }: ResponseFields): ToolDefinition[] {
  if (!offers(choice)) return [];
  return (tools ?? []).map((tool, at) => {
    const read = toolSchema.safeParse(tool);
    if (tool.type !== "function" || !read.success)
      throw notHere(`tools.${at}`, "Tools are functions with a name here, which the client runs.");
    return toolOf(read.data);
  });
}
