import type { AgentInputItem } from "@openai/agents";
import * as z from "zod";
import { parse } from "../../../memos/index.js";
import type { Dialect } from "../transcript.js";

/** Messages are the items with a role; everything else has a type. */
const itemSchema = z.looseObject({ type: z.string().optional(), role: z.string().optional() });
const messageSchema = z.looseObject({
  type: z.literal("message").optional(),
  role: z.enum(["user", "assistant"]),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]),
});

/** Items of the OpenAI Agents SDK. */
export const OPENAI_AGENTS: Dialect<AgentInputItem> = {
  name: "openai-agents",
  said(item) {
    const read = messageSchema.safeParse(item);
    if (!read.success) return undefined;
    const { role, content } = read.data;
    if (typeof content === "string")
      return { role, words: [content], form: { ...read.data, content: "" }, beside: [] };
    return {
      role,
      words: content.filter(isText).map(({ text }) => text),
      form: { ...read.data, content: content.map((part) => (isText(part) ? { ...part, text: "" } : part)) },
      beside: content.filter((part) => !isText(part)).map(({ type }) => type),
    };
  },
  filled(form, words) {
    const message = parse(messageSchema, form);
    const { content } = message;
    const left = [...words];
    const filled =
      typeof content === "string"
        ? (left[0] ?? content)
        : content.map((part) => (isText(part) ? { ...part, text: left.shift() ?? part.text } : part));
    return { ...message, content: filled } as AgentInputItem;
  },
  plain: (role, text) =>
    role === "user"
      ? { role, content: text }
      : { role, status: "completed", content: [{ type: "output_text", text }] },
  toJSON: (item) => item,
  fromJSON: (json) => parse(itemSchema, json) as AgentInputItem,
  origin: (item) => {
    if ("role" in item) return "document";
    return item.type?.endsWith("_result") || item.type?.endsWith("_output") ? "tool" : "assistant";
  },
};

function isText(part: { type: string }): part is { type: string; text: string } {
  return "text" in part && typeof part.text === "string";
}
