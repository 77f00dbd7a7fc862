import type { Scope } from "../../memcube/index.js";
import type { Said } from "../activation/conversation.js";
import type { ChatMessage, ToolDefinition } from "../inference/engine.js";
import type { Hit, Warning, WriteReceipt } from "../operations.js";
import type { RecallCompiler } from "../retrieval/context.js";
import type { ChatFocus } from "./operations.js";

/** What is asked of memory before a message is answered. */
export interface RecallRequest {
  readonly text: string;
  /** Whose memory is read: that of every session. */
  readonly scope: Scope;
  readonly session: string | undefined;
  /** The turns that are still in the window, oldest first. */
  readonly earlier: readonly Said[];
  readonly signal: AbortSignal | undefined;
}

export interface ChatRecall {
  /** Best first. */
  readonly hits: readonly Hit[];
  readonly warnings: readonly Warning[];
  /** What was looked for, where that is more than the message. */
  readonly focus?: ChatFocus | undefined;
  /** How it becomes a text: one after the other unless said otherwise. */
  readonly compile?: RecallCompiler | undefined;
}

/** Something that a model can call while it answers. */
export interface ChatTool extends ToolDefinition {
  /** JSON values only. The input is what the model wrote, not checked; an error thrown is told as a failure. */
  execute(
    input: unknown,
    context: { readonly scope: Scope; readonly signal: AbortSignal | undefined },
  ): Promise<Readonly<Record<string, unknown>>>;
}

export type Keep = (
  messages: readonly { role: "user" | "assistant"; content: string }[],
  scope: Scope,
  idempotencyKey?: string,
) => Promise<WriteReceipt>;

/**
 * A conversation that the caller keeps and sends whole each time. It is known by what it says: its longest beginning
 * that was answered here goes on exactly as it was, with what was recalled for each turn, so that its prompt is
 * evaluated from there on; what comes after that is taken as the caller says it.
 */
export interface KeptConversation {
  /** What was said before the message, oldest first. */
  readonly earlier: readonly ChatMessage[];
  /** What followed the message already: calls of the caller's tools, and their results. */
  readonly since: readonly ChatMessage[];
}

/** What a chat is made of, where it is not the usual: the agent of `memos/agents` gives its own. */
export interface ChatParts {
  /** What the model is told of a text that was said, in this prompt and in later ones. */
  readonly shown?: ((text: string, role: "user" | "assistant") => Promise<string>) | undefined;
  readonly recall?: ((request: RecallRequest) => Promise<ChatRecall>) | undefined;
  readonly tools?: readonly ChatTool[] | undefined;
  /** Keeps both sides, as they were said; under a key, what was kept once is not kept again. */
  readonly remember?: Keep | undefined;
  /** The prompt begins with no memory, and nothing is recalled. */
  readonly blank?: boolean | undefined;
  /** Instead of a session that is kept here. */
  readonly kept?: KeptConversation | undefined;
  /** Tools that the caller runs: a call of one ends the answer. Not together with `tools`. */
  readonly callerTools?: readonly ToolDefinition[] | undefined;
  /** JSON schema that the answer must follow. Not together with tools. */
  readonly schema?: Readonly<Record<string, unknown>> | undefined;
  /** Texts that end the answer before they are said. */
  readonly stop?: readonly string[] | undefined;
}
