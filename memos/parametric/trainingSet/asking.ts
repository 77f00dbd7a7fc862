import { systemText } from "../../activation/conversation.js";
import { INSTRUCTIONS } from "../../activation/instructions.js";
import type { ChatMessage } from "../../inference/engine.js";
import { filled } from "../phrasings.js";

/** What stands before the beginning of a sentence that is to be completed. */
const COMPLETE = "Complete: ";

/** A closed-book question as a chat asks it: instructions, and no memory. */
export const CLOSED_BOOK = systemText(INSTRUCTIONS, { text: "" });

export function asking(question: string, system: string | undefined): ChatMessage[] {
  const user: ChatMessage = { role: "user", content: question };
  return system === undefined ? [user] : [{ role: "system", content: system }, user];
}

export function answered(question: readonly ChatMessage[], answer: string): ChatMessage[] {
  return [...question, { role: "assistant", content: answer }];
}

export interface Continuation {
  readonly question: string;
  readonly answer: (object: string) => string;
}

/**
 * A statement as a sentence to be completed from its object on: of all forms of a statement the only one in which
 * what comes next follows from what was asked. Undefined where the object comes before the subject.
 */
export function continuationOf(statement: string, s: string | undefined): Continuation | undefined {
  const [before, after] = statement.split("{o}");
  if (before === undefined || after === undefined || before.trim() === "" || after.includes("{s}"))
    return undefined;
  return { question: COMPLETE + filled(before.trimEnd(), { s }), answer: (object) => object + after };
}
