import * as z from "zod";
import { whenSchema } from "../../../../memos/index.js";
import { type Conversation, oneLine, storable, type Turn } from "./conversation.js";

const blockSchema = z.looseObject({ type: z.string(), text: z.string().nullish() });

const messageSchema = z.looseObject({
  uuid: z.string(),
  sender: z.string(),
  text: z.string().nullish(),
  content: z.array(blockSchema).nullish(),
  created_at: z.string().nullish(),
  attachments: z.array(z.unknown()).nullish(),
  files: z.array(z.unknown()).nullish(),
});

const conversationSchema = z.looseObject({
  uuid: z.string(),
  name: z.string().nullish(),
  chat_messages: z.array(messageSchema),
});

const ORIGINS = { human: "user", assistant: "assistant" } as const;

/** A conversation of Claude's data export. */
export function claudeConversation(value: unknown): Conversation | { readonly fault: string } {
  const read = conversationSchema.safeParse(value);
  if (!read.success) return { fault: "It does not have the form of Claude's export." };
  const { uuid, name, chat_messages: messages } = read.data;
  return { id: uuid, title: oneLine(name ?? "", 256), turns: messages.flatMap(turnOf) };
}

function turnOf(message: z.output<typeof messageSchema>): Turn[] {
  const { uuid: id, text, content, created_at: created, attachments, files } = message;
  const sender = message.sender as keyof typeof ORIGINS;
  if (!Object.hasOwn(ORIGINS, sender)) return [{ id, skipped: `said by ${oneLine(message.sender, 64)}` }];
  // `text` of newer exports has notes in the place of tools; blocks have what was said.
  const blocks = (content ?? []).filter(({ type }) => type === "text").map((block) => block.text ?? "");
  const words = storable(blocks.length > 0 ? blocks.join("\n") : (text ?? ""));
  const beside = (attachments ?? []).length + (files ?? []).length > 0;
  const left: Turn[] = beside ? [{ id: `${id}#files`, skipped: "attachments and files" }] : [];
  if (words.trim() === "") return beside ? left : [{ id, skipped: "without words" }];
  const when = whenSchema.safeParse(created);
  const time = when.success ? { occurredAt: when.data } : {};
  return [{ id, memory: { text: words, origin: ORIGINS[sender], ...time } }, ...left];
}
