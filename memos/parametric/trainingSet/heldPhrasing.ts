import type { ChatMessage } from "../../inference/engine.js";
import { type Phrasings, phrasings } from "../phrasings.js";
import { type Pattern, patternOf } from "./pattern.js";

let patterns: readonly Pattern[] | undefined;

/** Whether a question is in a phrasing that is held out for the gates: such a one must not be learned. */
export function isHeldOut(question: string): boolean {
  patterns ??= heldPatterns(phrasings());
  const asked = question.trim();
  return patterns.some(({ literal, match }) => asked.includes(literal) && match(asked) !== undefined);
}

function heldPatterns({ relations, plain }: Phrasings): Pattern[] {
  const templates = relations.flatMap((forms) => [...forms.heldQuestions, ...forms.heldOwnQuestions]);
  return [...templates, ...plain.heldQuestions].map((template) => patternOf(template, ".?"));
}

/** What the last user message of a conversation asks. */
export function questionOf(messages: readonly ChatMessage[]): string {
  return messages.findLast(({ role }) => role === "user")?.content ?? "";
}
