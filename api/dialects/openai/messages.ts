import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import type { ChatMessage, KeptConversation } from "../../../memos/index.js";
import { notHere } from "./fail.js";

const partSchema = z.looseObject({ type: z.string(), text: z.string().optional() });

const contentSchema = z.union([z.string(), z.array(partSchema).min(1)]);

const callSchema = z.looseObject({
  id: z.string().min(1),
  type: z.string().optional(),
  function: z.looseObject({ name: z.string().min(1), arguments: z.string() }).optional(),
});

/** Messages as clients send them; fields that they add to them say nothing here. */
export const messageSchema = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: contentSchema.nullish(),
  tool_calls: z.array(callSchema).nullish(),
  tool_call_id: z.string().min(1).optional(),
});

export type OpenAIMessage = z.output<typeof messageSchema>;

/** A conversation as a chat takes it. */
export interface Conversation extends KeptConversation {
  /** Of the system; undefined where nobody said any. */
  readonly instructions: string | undefined;
  /** What the user said last. */
  readonly question: string;
}

/**
 * What a history asks: messages of the system at its head are instructions; the last of the user is the question;
 * what follows that are calls of tools and their results.
 *
 * @throws MemosError INVALID_INPUT for a history that asks nothing, or holds more than text.
 */
export function conversationOf(messages: readonly OpenAIMessage[]): Conversation {
  const head = messages.findIndex(({ role }) => !isSystem(role));
  const said = joined(messages.slice(head === -1 ? messages.length : head), head);
  const asked = said.findLastIndex(({ role }) => role === "user");
  const question = said[asked];
  if (question === undefined) throw notHere("messages", "There is no message of the user.");
  const last = said.at(-1);
  if (last?.role === "assistant")
    throw notHere("messages", "The last message is the assistant's: answers are not continued here.");
  const instructions = messages
    .slice(0, head)
    .map((message, at) => textOf(message, `messages.${at}`))
    .join("\n\n");
  return {
    instructions: head === 0 ? undefined : instructions,
    earlier: said.slice(0, asked),
    question: question.content,
    since: said.slice(asked + 1),
  };
}

function isSystem(role: OpenAIMessage["role"]): boolean {
  return role === "system" || role === "developer";
}

/** Messages of the user that follow each other are one. */
function joined(messages: readonly OpenAIMessage[], first: number): ChatMessage[] {
  const said: ChatMessage[] = [];
  for (const [at, message] of messages.entries()) {
    const path = `messages.${first + at}`;
    if (isSystem(message.role)) throw notHere(path, "Messages of the system stand before all others here.");
    const content = textOf(message, path);
    const last = said.at(-1);
    if (message.role === "user" && last?.role === "user")
      said[said.length - 1] = { ...last, content: `${last.content}\n\n${content}` };
    else said.push(messageOf(message, content, path));
  }
  return said;
}

function messageOf(
  { role, tool_calls, tool_call_id }: OpenAIMessage,
  content: string,
  path: string,
): ChatMessage {
  if (role === "tool") {
    if (tool_call_id === undefined)
      throw notHere(`${path}.tool_call_id`, "A result of a tool names the call that it answers.");
    return { role, content, toolCallId: tool_call_id };
  }
  const calls = (tool_calls ?? []).map(({ id, function: called }, at) => {
    if (called === undefined)
      throw notHere(`${path}.tool_calls.${at}`, "Only calls of functions are known here.");
    return { id, name: called.name, arguments: called.arguments };
  });
  if (role === "user" || calls.length === 0) return { role: role === "user" ? "user" : "assistant", content };
  return { role: "assistant", content, toolCalls: calls };
}

const TEXT_PARTS = new Set(["text", "input_text", "output_text", "refusal"]);

/** @throws MemosError INVALID_INPUT for what is no text. */
function textOf({ content, role }: OpenAIMessage, path: string): string {
  if (content === undefined || content === null) {
    if (role === "assistant") return "";
    throw notHere(`${path}.content`, "The message has no content.");
  }
  const text =
    typeof content === "string"
      ? content
      : content.map((part, at) => partText(part, `${path}.content.${at}`)).join("\n");
  if (role === "user" && text.trim() === "") throw notHere(`${path}.content`, "The message says nothing.");
  return text;
}

function partText(part: z.output<typeof partSchema>, path: string): string {
  const text = part["type"] === "refusal" ? part["refusal"] : part.text;
  if (TEXT_PARTS.has(part.type) && typeof text === "string") return text;
  throw new MemosError(
    "INVALID_INPUT",
    `\`${path}\`: only text is read here, no \`${part.type.slice(0, 32)}\`.`,
    {
      path,
    },
  );
}
