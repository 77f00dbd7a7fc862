import type { KeyedMemory } from "../ingest.js";
import type { LocomoConversation, LocomoTurn } from "./format.js";

/**
 * One memory per turn, keyed by its turn id: the words as they were said, then the caption of a shared
 * photo, which is the only trace of the photo in the data. A turn with neither has nothing to remember.
 */
export function memoriesOf(conversation: LocomoConversation): KeyedMemory[] {
  return conversation.sessions.flatMap((session) =>
    session.turns.flatMap((turn) => {
      const text = textOf(turn);
      if (text === "") return [];
      const memory = {
        text,
        origin: "user" as const,
        actor: turn.speaker,
        session: session.name,
        occurredAt: session.occurredAt,
        metadata: { dia_id: turn.dia_id, sample_id: conversation.sampleId },
      };
      return [{ key: turn.dia_id, memory }];
    }),
  );
}

function textOf(turn: LocomoTurn): string {
  const caption = turn.blip_caption?.trim() ?? "";
  const parts = [turn.text, caption === "" ? "" : `[shares a photo: ${caption}]`];
  return parts.filter((part) => part.trim() !== "").join(" ");
}
