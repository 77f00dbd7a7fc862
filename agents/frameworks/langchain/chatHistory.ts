import { BaseListChatMessageHistory } from "@langchain/core/chat_history";
import type { BaseMessage } from "@langchain/core/messages";
import type { Scope } from "../../../memcube/index.js";
import type { MemOS } from "../../../memos/index.js";
import { Transcript } from "../transcript.js";
import { LANGCHAIN } from "./dialect.js";

/**
 * The messages of one session, for `RunnableWithMessageHistory` and chains of your own.
 *
 * @example
 * const history = new MemosChatHistory(memos, { tenant: "acme", user: "ana", session: "monday" });
 * await history.addMessage(new HumanMessage("I moved to Lisbon."));
 */
export class MemosChatHistory extends BaseListChatMessageHistory {
  override lc_namespace = ["memos", "chat_history"];
  readonly #transcript: Transcript<BaseMessage>;

  /** @throws MemosError INVALID_INPUT for a scope without a session. */
  constructor(memos: MemOS, scope: Scope) {
    super();
    this.#transcript = new Transcript(memos, scope, LANGCHAIN);
  }

  override getMessages(): Promise<BaseMessage[]> {
    return this.#transcript.read();
  }

  override addMessage(message: BaseMessage): Promise<void> {
    return this.#transcript.append([message]);
  }

  override addMessages(messages: BaseMessage[]): Promise<void> {
    return this.#transcript.append(messages);
  }

  /** Forgets the messages of this session: tombstones, which can be undone. */
  override clear(): Promise<void> {
    return this.#transcript.clear();
  }
}
