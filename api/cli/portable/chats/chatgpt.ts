import * as z from "zod";
import { type Conversation, oneLine, storable, type Turn } from "./conversation.js";

const partSchema = z.union([z.string(), z.looseObject({ content_type: z.string().optional() }), z.null()]);

const messageSchema = z.looseObject({
  id: z.string(),
  author: z.looseObject({ role: z.string(), name: z.string().nullish() }),
  create_time: z.number().nullish(),
  content: z.looseObject({
    content_type: z.string(),
    parts: z.array(partSchema).optional(),
    text: z.string().nullish(),
  }),
  metadata: z.looseObject({ is_visually_hidden_from_conversation: z.boolean().nullish() }).nullish(),
});

const conversationSchema = z.looseObject({
  id: z.string().nullish(),
  conversation_id: z.string().nullish(),
  title: z.string().nullish(),
  create_time: z.number().nullish(),
  current_node: z.string().nullish(),
  mapping: z.record(
    z.string(),
    z.looseObject({
      message: messageSchema.nullish(),
      parent: z.string().nullish(),
      children: z.array(z.string()).optional(),
    }),
  ),
});

type Mapping = z.output<typeof conversationSchema>["mapping"];
type Message = z.output<typeof messageSchema>;

const ORIGINS = { user: "user", assistant: "assistant", tool: "tool" } as const;

/** A conversation of ChatGPT's data export: the branch that was current, as answers can be asked for again. */
export function chatgptConversation(value: unknown): Conversation | { readonly fault: string } {
  const read = conversationSchema.safeParse(value);
  if (!read.success) return { fault: "It does not have the form of ChatGPT's export." };
  const { id, conversation_id: other, title, mapping, current_node: current } = read.data;
  const name = id ?? other;
  if (name == null) return { fault: "It has no id." };
  const branch = branchTo(mapping, current ?? lastOf(mapping));
  if (branch === undefined) return { fault: "Its messages do not lead to each other." };
  return { id: name, title: oneLine(title ?? "", 256), turns: branch.flatMap((message) => turnOf(message)) };
}

/** The messages from the first to this one. */
function branchTo(mapping: Mapping, last: string | undefined): Message[] | undefined {
  const messages: Message[] = [];
  const seen = new Set<string>();
  for (let at: string | null | undefined = last; at != null; ) {
    const node: Mapping[string] | undefined = Object.hasOwn(mapping, at) ? mapping[at] : undefined;
    if (node === undefined || seen.has(at)) return undefined;
    seen.add(at);
    if (node.message != null) messages.push(node.message);
    at = node.parent;
  }
  return messages.reverse();
}

/** Where no message is named as the current one: the newest branch. */
function lastOf(mapping: Mapping): string | undefined {
  let [at] = Object.entries(mapping).find(([, { parent }]) => parent == null) ?? [];
  for (let steps = Object.keys(mapping).length; at !== undefined && steps > 0; steps--) {
    const next: string | undefined = mapping[at]?.children?.at(-1);
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

function turnOf(message: Message): Turn[] {
  const { id, author, content, create_time: seconds, metadata } = message;
  const role = author.role as keyof typeof ORIGINS;
  if (!Object.hasOwn(ORIGINS, role)) return [{ id, skipped: "what the system says" }];
  if (metadata?.is_visually_hidden_from_conversation === true)
    return [{ id, skipped: "hidden in the conversation" }];
  if (!["text", "multimodal_text", "code", "execution_output"].includes(content.content_type))
    return [{ id, skipped: `content of type ${oneLine(content.content_type, 64)}` }];
  const parts = content.parts ?? [content.text ?? ""];
  const text = storable(parts.filter((part) => typeof part === "string").join("\n"));
  const beside = parts.some((part) => typeof part === "object" && part !== null);
  const left: Turn[] = beside ? [{ id: `${id}#files`, skipped: "images, files and sound" }] : [];
  if (text.trim() === "") return beside ? left : [{ id, skipped: "without words" }];
  const when = seconds == null ? undefined : new Date(seconds * 1_000);
  const time = when === undefined || Number.isNaN(when.getTime()) ? {} : { occurredAt: when.toISOString() };
  return [{ id, memory: { text, origin: ORIGINS[role], ...time } }, ...left];
}
