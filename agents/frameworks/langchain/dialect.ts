import {
  AIMessage,
  type BaseMessage,
  HumanMessage,
  mapChatMessagesToStoredMessages,
  mapStoredMessagesToChatMessages,
} from "@langchain/core/messages";
import * as z from "zod";
import { parse } from "../../../memos/index.js";
import type { Dialect } from "../transcript.js";

const dataSchema = z.looseObject({
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]),
});
const storedSchema = z.looseObject({ type: z.string(), data: dataSchema });

/** Messages of LangChain, as it stores them itself. */
export const LANGCHAIN: Dialect<BaseMessage> = {
  name: "langchain",
  said(message) {
    const role = roleOf(message);
    if (role === undefined) return undefined;
    const stored = storedOf(message);
    const { content } = stored.data;
    if (typeof content === "string")
      return { role, words: [content], form: withContent(stored, ""), beside: [] };
    const texts = content.filter(isText);
    return {
      role,
      words: texts.map(({ text }) => text),
      form: withContent(
        stored,
        content.map((block) => (isText(block) ? { ...block, text: "" } : block)),
      ),
      beside: content.filter((block) => !isText(block)).map(({ type }) => type),
    };
  },
  filled(form, words) {
    const stored = parse(storedSchema, form);
    const { content } = stored.data;
    const left = [...words];
    return messageOf(
      withContent(
        stored,
        typeof content === "string"
          ? (left[0] ?? content)
          : content.map((block) => (isText(block) ? { ...block, text: left.shift() ?? block.text } : block)),
      ),
    );
  },
  plain: (role, text) => (role === "user" ? new HumanMessage(text) : new AIMessage(text)),
  toJSON: storedOf,
  fromJSON: messageOf,
  origin: (message) => {
    if (message.getType() === "system") return "document";
    return message.getType() === "ai" ? "assistant" : "tool";
  },
};

function roleOf(message: BaseMessage): "user" | "assistant" | undefined {
  if (message.getType() === "human") return "user";
  // Calls of tools are nothing that was said.
  return AIMessage.isInstance(message) && (message.tool_calls ?? []).length === 0 ? "assistant" : undefined;
}

function storedOf(message: BaseMessage): z.output<typeof storedSchema> {
  return parse(storedSchema, mapChatMessagesToStoredMessages([message])[0]);
}

/** @throws MemosError INVALID_INPUT for what is no stored message. */
function messageOf(json: unknown): BaseMessage {
  const stored = parse(storedSchema, json);
  const [message] = mapStoredMessagesToChatMessages([stored as never]);
  return message as BaseMessage;
}

function withContent(stored: z.output<typeof storedSchema>, content: unknown) {
  return { ...stored, data: { ...stored.data, content } };
}

function isText(block: { type: string }): block is { type: string; text: string } {
  return "text" in block && typeof block.text === "string";
}
