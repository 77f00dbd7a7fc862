import { remember } from "../../../agents/index.js";
import { MemosError } from "../../../memcube/index.js";
import type { Message } from "../../../memos/index.js";
import type { Call } from "../dialectRoute.js";
import { ENTITY_FIELDS, scopeOf } from "./entities.js";
import type { AddInput, Mem0Message } from "./fields.js";
import { endOf } from "./memory.js";
import { notHere } from "./notHere.js";

/** Fields that steer how mem0's service makes memories of messages; here messages are kept word for word. */
const WITHOUT_EFFECT = [
  "infer",
  "custom_instructions",
  "agent_custom_instructions",
  "custom_categories",
  "structured_data_schema",
  "filters",
  "enable_graph",
  "filter_memories",
  "timezone",
  "observation_date",
  "memory_type",
  "prompt",
] as const;

export interface Added {
  readonly id: string;
  readonly memory: string;
}

/**
 * Remembers messages: they are durable and can be found when this resolves, and their secrets are in the vault.
 *
 * @throws MemosError INVALID_INPUT, also when nothing at all was stored; UNSUPPORTED for what is to be left out of
 * messages.
 */
export async function add({ memos, tenant, input, notes, signal }: Call<AddInput>): Promise<Added[]> {
  if (ENTITY_FIELDS.every((field) => input[field] === undefined || input[field] === null))
    throw new MemosError(
      "INVALID_INPUT",
      "Whose memory? Name at least one of user_id, agent_id, app_id and run_id.",
      { path: "user_id" },
    );
  for (const field of ["includes", "excludes"] as const)
    if (typeof input[field] === "string" && input[field] !== "")
      throw notHere(`Messages are stored whole, so \`${field}\` cannot be kept to; nothing was stored.`);
  notes.ignored(input, WITHOUT_EFFECT);
  const messages = messagesOf(input);
  const receipt = await remember(memos, messages, scopeOf(tenant, input), {
    signal,
    ...governed(input),
  });
  notes.addAll(receipt.warnings);
  for (const { index, reason } of receipt.skipped) notes.add("skipped", `\`messages.${index}\`: ${reason}`);
  if (receipt.sealed > 0) notes.add("sealed", `${receipt.sealed} secrets are in the vault.`);
  for (const { id, quarantined } of receipt.written)
    if (quarantined !== undefined)
      notes.add(
        "quarantined",
        `${id} is found by nobody until it is reviewed: ${quarantined.reasons.join(" ")}`,
      );
  if (receipt.written.length === 0)
    throw new MemosError(
      "INVALID_INPUT",
      `Nothing was stored. ${receipt.skipped.map(({ reason }) => reason).join(" ")}`,
      { path: "messages" },
    );
  const skipped = new Set(receipt.skipped.map(({ index }) => index));
  const texts = receipt.texts.filter((_, index) => !skipped.has(index));
  return receipt.written.map(({ id }, index) => ({ id, memory: texts[index] ?? "" }));
}

function governed({ expiration_date: day, immutable }: AddInput) {
  if ((day === undefined || day === null) && immutable !== true) return {};
  return {
    governance: {
      ...(day === undefined || day === null ? {} : { expiresAt: endOf(day) }),
      ...(immutable === true ? { readonly: true } : {}),
    },
  };
}

function messagesOf({ messages, metadata, timestamp }: AddInput): Message[] {
  const all: readonly Mem0Message[] =
    typeof messages === "string" ? [{ role: "user", content: messages }] : [messages].flat();
  return all.map(({ role, content, name }) => ({
    role,
    content: textIn(content),
    ...(name === undefined || name === null ? {} : { name }),
    ...(timestamp === undefined || timestamp === null ? {} : { occurredAt: timestamp }),
    // The core judges the values; what it refuses is refused by name.
    ...(metadata === undefined || metadata === null
      ? {}
      : { metadata: metadata as Message["metadata"] & {} }),
  }));
}

function textIn(content: Mem0Message["content"]): string {
  if (typeof content === "string") return content;
  return [content]
    .flat()
    .map((part) => {
      if (part.type === "text") return part.text;
      throw notHere(
        "Images and documents are not read here; say in words what is to be remembered. Nothing was stored.",
      );
    })
    .join("\n");
}
