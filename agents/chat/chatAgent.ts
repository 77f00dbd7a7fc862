import * as z from "zod";
import type { Scope } from "../../memcube/index.js";
import {
  type ChatEvent,
  type ChatOptions,
  type ChatParts,
  chatOptionsSchema,
  type KeptConversation,
  type MemOS,
  parse,
  type RecallRequest,
} from "../../memos/index.js";
import { remember, withoutItsSecrets } from "../intake/remember.js";
import { activeRecall } from "./activeRecall.js";
import { chatTools } from "./chatTools.js";

export const sayOptionsSchema = chatOptionsSchema.extend({
  /** Offers the memory tools to the model: it can search, open, remember, forget and look at the timeline. */
  tools: z.boolean().default(false),
});

export type SayOptions = z.input<typeof sayOptionsSchema>;

export interface ChatAgentOptions {
  /** What time it is, for "yesterday" and "last weekend": that of the machine unless said otherwise. */
  readonly now?: () => Date;
}

/** A conversation that the caller keeps, and what its answer may be. */
export interface Continued extends Pick<ChatParts, "callerTools" | "schema" | "stop" | "blank"> {
  readonly kept: KeptConversation;
  /** What is looked for in memory, where that is not the message. */
  readonly sought?: string | undefined;
}

export interface ChatAgent {
  /**
   * Answers a message, and remembers both sides; the receipt comes with the last event.
   *
   * @throws MemosError as `memos.chat` does.
   */
  say(message: string, scope: Scope, options?: SayOptions): AsyncGenerator<ChatEvent, void, undefined>;
  /**
   * Answers a message of a conversation that the caller keeps and sends whole each time. What the caller says is its
   * own prompt and reaches the model as it is; of what is remembered, secrets go into the vault as always.
   *
   * @throws MemosError as `memos.chat` does; UNSUPPORTED for tools where the model can call none.
   */
  goOn(
    message: string,
    scope: Scope,
    continued: Continued,
    options?: ChatOptions,
  ): AsyncGenerator<ChatEvent, void, undefined>;
}

/**
 * A conversation with memory that looks for what a message is about (MIRIX, section 3: the Chat Agent): topic and
 * time are inferred in the light of the turns before, what is found stands in typed sections beside the message, the
 * model can look further with the memory tools, and secrets are in the vault before anything is written or asked.
 * It is `memos.chat` with parts of its own: prompts, sessions and receipts are the same.
 *
 * @example
 * const { say } = chatAgent(memos);
 * for await (const event of say("What did I do last weekend?", scope, { session: "monday" }))
 *   if (event.kind === "text") process.stdout.write(event.text);
 */
export function chatAgent(memos: MemOS, { now = () => new Date() }: ChatAgentOptions = {}): ChatAgent {
  const memory = {
    recall: (request: RecallRequest) => activeRecall(memos, request, now()),
    remember: (messages, talk, idempotencyKey) => remember(memos, messages, talk, { idempotencyKey }),
  } satisfies ChatParts;
  return {
    say: async function* (message, scope, options = {}) {
      const { tools, ...wanted } = parse(sayOptionsSchema, options);
      yield* memos.chat(message, scope, wanted, {
        shown: withoutItsSecrets,
        ...memory,
        ...(tools ? { tools: chatTools(memos, wanted.remember) } : {}),
      });
    },
    goOn: (message, scope, { sought, ...continued }, options = {}) =>
      memos.chat(message, scope, options, {
        ...memory,
        ...(sought === undefined ? {} : { recall: (request) => memory.recall({ ...request, text: sought }) }),
        ...continued,
      }),
  };
}
