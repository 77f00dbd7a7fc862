import type { AgentInputItem, Session } from "@openai/agents";
import type { Scope } from "../../../memcube/index.js";
import type { MemOS } from "../../../memos/index.js";
import { Transcript } from "../transcript.js";
import { OPENAI_AGENTS } from "./dialect.js";

/**
 * The history of one conversation, for `run(agent, input, { session })`.
 *
 * @example
 * const session = new MemosSession(memos, { tenant: "acme", user: "ana", session: "monday" });
 * await run(agent, "I moved to Lisbon.", { session });
 */
export class MemosSession implements Session {
  readonly #transcript: Transcript<AgentInputItem>;

  /** @throws MemosError INVALID_INPUT for a scope without a session. */
  constructor(memos: MemOS, scope: Scope) {
    this.#transcript = new Transcript(memos, scope, OPENAI_AGENTS);
  }

  async getSessionId(): Promise<string> {
    return this.#transcript.session;
  }

  /** The newest `limit` items, oldest first; all of them unless said otherwise. */
  getItems(limit?: number): Promise<AgentInputItem[]> {
    return this.#transcript.read(limit);
  }

  addItems(items: AgentInputItem[]): Promise<void> {
    return this.#transcript.append(items);
  }

  popItem(): Promise<AgentInputItem | undefined> {
    return this.#transcript.pop();
  }

  /** Forgets the items of this session: tombstones, which can be undone. */
  clearSession(): Promise<void> {
    return this.#transcript.clear();
  }
}
