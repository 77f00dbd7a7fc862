import { type Conversation, withSaid } from "../activation/conversation.js";
import type { TokenCounter } from "../retrieval/tokens.js";
import type { Point } from "./kept.js";
import type { ChatSession } from "./session.js";

/** A message of a session that is kept here. */
export const NEW_TURN: Omit<Point, "session"> = { earlier: [], asked: false, since: [] };

export const NOTHING_SAID: Conversation = {
  system: "",
  systemTokens: 0,
  block: [],
  turns: [],
  dropped: 0,
  citations: 0,
};

/** The session with what was said since, none of which is known to be remembered. */
export function atPoint({ session, earlier }: Point, counter: TokenCounter): ChatSession | undefined {
  if (earlier.length === 0) return session;
  const { conversation, remembered } = session ?? { conversation: NOTHING_SAID, remembered: [] };
  const said = withSaid(conversation, earlier, counter);
  const turns = said.turns.length - conversation.turns.length;
  return { conversation: said, remembered: [...remembered, ...Array.from({ length: turns }, () => [])] };
}

/** The ids of each turn; those of one that goes on are one more time its own. */
export function withTurn(
  before: ChatSession["remembered"],
  ids: readonly string[],
  goesOn: boolean,
): ChatSession["remembered"] {
  if (!goesOn) return [...before, ids];
  return [...before.slice(0, -1), [...new Set([...(before.at(-1) ?? []), ...ids])]];
}
