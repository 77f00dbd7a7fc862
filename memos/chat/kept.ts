import { createHash } from "node:crypto";
import type { ChatMessage } from "../inference/engine.js";
import { CHAT_LIMITS } from "./limits.js";
import type { KeptConversation } from "./parts.js";
import type { ChatSession, ChatSessions } from "./session.js";

/**
 * Milliseconds in which the same words at the same place of a conversation are one saying: a request that is sent
 * again, or an answer that is wanted once more. Later they are said again.
 */
export const ONE_SAYING_MS = 3_600_000;

/** Where a conversation that the caller keeps goes on. */
export interface Point {
  /** As it was when its beginning was answered here; undefined where nothing of it was. */
  readonly session: ChatSession | undefined;
  /** What was said since, up to the message. */
  readonly earlier: readonly ChatMessage[];
  /** The message stands in the session already. */
  readonly asked: boolean;
  /** What followed the message, and is not in the session. */
  readonly since: readonly ChatMessage[];
}

/**
 * A conversation that the caller keeps, by hashes of all that it says up to each message. What is changed in it makes
 * other hashes from there on, so that nothing is gone on from that was not said like this.
 *
 *     base ── message 1 ── message 2 ── … ── message n ── answer
 *       h0 ──── h1 ────────── h2 ──────────────── hn ────── where the next request goes on
 */
export class KeptHistory {
  readonly #kept: KeptConversation;
  readonly #messages: readonly ChatMessage[];
  /** `hashes[n]`: of the first `n` messages. */
  readonly #hashes: readonly string[];

  /** @param base whose conversation it is, and who reads it: others do not meet in it. */
  constructor(base: string, kept: KeptConversation, question: string) {
    this.#kept = kept;
    this.#messages = [...kept.earlier, { role: "user", content: question }, ...kept.since];
    const hashes = [base];
    for (const message of this.#messages) hashes.push(follow(hashes.at(-1) ?? base, message));
    this.#hashes = hashes;
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** Everything that was said, word for word. */
  get texts(): ReadonlySet<string> {
    return new Set(this.#messages.map(({ content }) => content));
  }

  /** The longest beginning that was answered here. */
  point(sessions: ChatSessions): Point {
    const { earlier, since } = this.#kept;
    for (let length = this.#messages.length; length > 0; length--) {
      const session = sessions.point(this.#hashes[length] ?? "");
      if (session === undefined) continue;
      const asked = length > earlier.length;
      return {
        session,
        earlier: asked ? [] : earlier.slice(length),
        asked,
        since: asked ? this.#messages.slice(length) : since,
      };
    }
    return { session: undefined, earlier, asked: false, since };
  }

  /** The hash after an answer. */
  after(answer: ChatMessage): string {
    return follow(this.#hashes.at(-1) ?? "", answer);
  }

  /** The key under which the message is kept once. */
  saying(now: number): string {
    const asked = this.#hashes[this.#kept.earlier.length + 1];
    return `said ${asked} ${Math.floor(now / ONE_SAYING_MS)}`;
  }
}

function follow(before: string, { role, content, toolCalls = [], toolCallId }: ChatMessage): string {
  const calls = toolCalls.map(({ id, name, arguments: given }) => [id, name, plain(given)]);
  return createHash("sha256")
    .update(JSON.stringify([before, role, content, calls, toolCallId ?? null]))
    .digest("hex");
}

/** Clients write arguments anew: blanks say nothing. */
function plain(given: string): string {
  // Longer ones are no call of a model, and parsing them may take longer than answering.
  if (given.length > CHAT_LIMITS.argumentBytes) return given;
  try {
    return JSON.stringify(JSON.parse(given));
  } catch {
    return given;
  }
}
