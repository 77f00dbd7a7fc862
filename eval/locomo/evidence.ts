import type { LocomoConversation, LocomoQuestion } from "./format.js";

export interface GoldQuestion {
  readonly question: string;
  readonly category: number;
  /** The turns that hold the answer. */
  readonly turns: ReadonlySet<string>;
  /** The sessions of those turns. */
  readonly sessions: ReadonlySet<string>;
}

/**
 * The questions whose evidence names at least one turn of the conversation. The published evidence has
 * misspelt entries ("D8:6; D9:17", "D:11:26", "D"): every turn id in it that exists counts, the rest does
 * not, and a question that is left with none is not scored.
 */
export function goldQuestions(conversation: LocomoConversation): GoldQuestion[] {
  const sessions = sessionOfTurn(conversation);
  return conversation.questions.flatMap((question) => {
    const turns = new Set(turnIds(question).filter((id) => sessions.has(id)));
    if (turns.size === 0) return [];
    return [
      {
        question: question.question,
        category: question.category,
        turns,
        sessions: new Set([...turns].map((id) => sessions.get(id) as string)),
      },
    ];
  });
}

/** The session that each turn belongs to, by turn id. */
export function sessionOfTurn(conversation: LocomoConversation): ReadonlyMap<string, string> {
  return new Map(
    conversation.sessions.flatMap((session) =>
      session.turns.map((turn) => [turn.dia_id, session.name] as const),
    ),
  );
}

function turnIds(question: LocomoQuestion): string[] {
  return question.evidence.flatMap((entry) => entry.match(/D\d+:\d+/g) ?? []);
}
