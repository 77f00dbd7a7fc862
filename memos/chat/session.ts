import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Scope } from "../../memcube/index.js";
import { throwIfAborted, unlessAborted } from "../aborted.js";
import type { Conversation } from "../activation/conversation.js";
import type { PrincipalName } from "../governance/principal.js";
import type { Permitted } from "../store/ledger.js";

/** Sessions whose prompts are kept as they were; another one begins anew from what is remembered. */
const SESSIONS = 256;

/** Points of conversations that callers keep: each answer is one, and can be gone on from more than once. */
const POINTS = 1_024;

/** A conversation, and the ids under which its turns are remembered. */
export interface ChatSession {
  readonly conversation: Conversation;
  /** By turn, those that are not in the window any more too. */
  readonly remembered: readonly (readonly string[])[];
}

/** Sessions that are under way in this process. A prompt is a beginning of the next only as long as they are here. */
export class ChatSessions {
  readonly #sessions = new LRUCache<string, ChatSession>({ max: SESSIONS });
  readonly #points = new LRUCache<string, ChatSession>({ max: POINTS });
  readonly #turns = new Map<string, Promise<void>>();
  #epoch = 0;

  /** Grows when everything is forgotten. */
  get epoch(): number {
    return this.#epoch;
  }

  get(key: string): ChatSession | undefined {
    return this.#sessions.get(key);
  }

  /** Keeps a session as it is after a turn that began in this epoch; what was forgotten meanwhile stays so. */
  set(key: string, session: ChatSession, epoch: number): void {
    if (epoch === this.#epoch) this.#sessions.set(key, session);
  }

  /** A conversation that a caller keeps, by the hash of what it says. */
  point(hash: string): ChatSession | undefined {
    return this.#points.get(hash);
  }

  /** As `set` does. */
  setPoint(hash: string, session: ChatSession, epoch: number): void {
    if (epoch === this.#epoch) this.#points.set(hash, session);
  }

  clear(): void {
    this.#epoch++;
    this.#sessions.clear();
    this.#points.clear();
  }

  /**
   * Waits until nobody else talks in a session; the function it gives lets the next one.
   *
   * @throws MemosError ABORTED for one who does not wait any longer.
   */
  async turn(key: string, signal: AbortSignal | undefined): Promise<() => void> {
    const before = this.#turns.get(key);
    let done = () => {};
    const mine = new Promise<void>((resolve) => {
      done = resolve;
    });
    const last = (before ?? Promise.resolve()).then(() => mine);
    this.#turns.set(key, last);
    void last.then(() => {
      if (this.#turns.get(key) === last) this.#turns.delete(key);
    });
    try {
      if (before !== undefined) await unlessAborted(before, signal, "The chat was cancelled.");
      throwIfAborted(signal);
    } catch (error) {
      done();
      throw error;
    }
    return done;
  }
}

/**
 * Principals do not meet in their sessions, and neither do scopes. Whose rights have changed begins anew: what was
 * recalled with the earlier ones stands in the prompts of a session.
 */
export function sessionKey(
  scope: Scope,
  { kind, id }: PrincipalName,
  labels: Permitted,
  instructions: string,
): string {
  const { tenant, user, agent, app, session } = scope;
  return createHash("sha256")
    .update(JSON.stringify([tenant, user, agent, app, session, kind, id, labels ?? null, instructions]))
    .digest("hex");
}
