import type * as z from "zod";
import { isMemosError, type Scope } from "../../memcube/index.js";
import {
  type AddOptions,
  type MemOS,
  type MemoryInput,
  type Message,
  messageSchema,
  type NewMemory,
  parse,
  type WriteReceipt,
} from "../../memos/index.js";
import { asMemory, ROLE_ORIGINS } from "../../memos/intake.js";
import { Router } from "../routing/router.js";
import { captionOf, MARK, MARK_WITHOUT_KEY, type Sealed, wholeSecret, withoutSecrets } from "./sealed.js";

/** From which probability on a message without a secret that rules know is kept in the vault as a whole. */
const SECRET_FROM = 0.4;

/** Characters of the longest message that is; of longer ones most is no secret. */
const SECRET_CHARACTERS = 400;

export interface Remembered extends WriteReceipt {
  /** What was handed on to be stored, in the order of `skipped` and `written`: texts with marks, then captions. */
  readonly texts: readonly string[];
  /** Values that are in the vault, and those that were left out because it has no key. */
  readonly sealed: number;
  readonly leftOut: number;
}

export interface RememberOptions extends AddOptions {
  /** Access and lifetime of all that is written. */
  readonly governance?: NewMemory["governance"];
}

/**
 * Remembers messages as `add` does, but for their secrets: a value that is found to be one goes into the vault, and
 * the message has a mark in its place; without a key of the vault the value is kept nowhere, and the receipt says so.
 * Message and value are one transaction.
 *
 * @throws MemosError as `add` does.
 */
export async function remember(
  memos: MemOS,
  messages: readonly Message[],
  scope: Scope,
  { governance, ...options }: RememberOptions = {},
): Promise<Remembered> {
  const parsed = messages.map((message) => parse(messageSchema, message));
  const sealed = await sealedOf(parsed);
  const governed = governance === undefined ? {} : { governance };
  const asStored = (message: z.output<typeof messageSchema>, content: string): MemoryInput =>
    governance === undefined
      ? { ...message, content }
      : { ...asMemory({ ...message, content }), ...governed };
  const marked = parsed.map((message, index) => sealed[index]?.text ?? message.content);
  const saidWith = (texts: readonly string[]) =>
    parsed.map((message, index) => asStored(message, texts[index] ?? message.content));
  const secrets = sealed.flatMap(({ taken }, index): NewMemory[] =>
    taken.map(({ value }) => ({
      type: "vault",
      text: captionOf(parsed[index]?.content ?? ""),
      origin: ROLE_ORIGINS[parsed[index]?.role ?? "user"],
      secret: value,
      ...governed,
    })),
  );
  if (secrets.length === 0)
    return { ...(await memos.add(saidWith(marked), scope, options)), texts: marked, sealed: 0, leftOut: 0 };
  try {
    const receipt = await memos.add([...saidWith(marked), ...secrets], scope, options);
    const texts = [...marked, ...secrets.map(({ text }) => text)];
    return { ...receipt, texts, sealed: secrets.length, leftOut: 0 };
  } catch (error) {
    if (!isMemosError(error, "VAULT_LOCKED")) throw error;
    const texts = marked.map((text) => text.replaceAll(MARK, MARK_WITHOUT_KEY));
    const receipt = await memos.add(saidWith(texts), scope, options);
    const warning = {
      code: "SECRET_LEFT_OUT",
      message: `${secrets.length} secrets were left out: ${error.message}`,
    };
    return {
      ...receipt,
      warnings: [...receipt.warnings, warning],
      texts,
      sealed: 0,
      leftOut: secrets.length,
    };
  }
}

/**
 * What may be shown of a text that somebody has said: a mark stands in the place of each of its secrets, the same
 * ones that `remember` takes out. Says nothing of whether they are kept.
 */
export async function withoutItsSecrets(text: string, role: Message["role"]): Promise<string> {
  const [sealed] = await sealedOf([{ role, content: text }]);
  return sealed === undefined || sealed.taken.length === 0
    ? text
    : sealed.text.replaceAll(": kept in the vault]", ": a secret, not shown]");
}

/** Each message with its secrets taken out. */
export async function sealedOf(messages: readonly Pick<Message, "role" | "content">[]): Promise<Sealed[]> {
  const router = await Router.shared();
  const routes = await router.route(
    messages.map(({ role, content }) => ({ text: content, origin: ROLE_ORIGINS[role], actor: role })),
  );
  return messages.map(({ content }, index): Sealed => {
    const known = withoutSecrets(content);
    if (known.taken.length > 0) return known;
    const secret = (routes[index]?.scores.vault ?? 0) >= SECRET_FROM && content.length <= SECRET_CHARACTERS;
    return secret ? wholeSecret(content) : known;
  });
}
