import type { KeyedMemory } from "../ingest.js";
import type { LongMemEvalSession } from "./format.js";

/** One memory per turn, keyed by its session: that is what a ranking is scored by. */
export function memoriesOf(sessions: readonly LongMemEvalSession[]): KeyedMemory[] {
  return sessions.flatMap(({ id, occurredAt, turns }) =>
    turns
      .filter(({ content }) => content.trim() !== "")
      .map(({ role, content }) => ({
        key: id,
        memory: { text: content, origin: role, session: id, occurredAt },
      })),
  );
}
