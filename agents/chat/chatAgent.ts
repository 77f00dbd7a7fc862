import { z } from "zod";
import type { Scope } from "../../memcube/index.js";
import { type ChatEvent, chatOptionsSchema, type MemOS, parse } from "../../memos/index.js";
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

export interface ChatAgent {
  /**
   * Answers a message, and remembers both sides; the receipt comes with the last event.
   *
   * @throws MemosError as `memos.chat` does.
   */
  say(message: string, scope: Scope, options?: SayOptions): AsyncGenerator<ChatEvent, void, undefined>;
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
  return {
    say: async function* (message, scope, options = {}) {
      const { tools, ...wanted } = parse(sayOptionsSchema, options);
      yield* memos.chat(message, scope, wanted, {
        shown: withoutItsSecrets,
        recall: (request) => activeRecall(memos, request, now()),
        ...(tools ? { tools: chatTools(memos, wanted.remember) } : {}),
        remember: (messages, talk, idempotencyKey) => remember(memos, messages, talk, { idempotencyKey }),
      });
    },
  };
}
