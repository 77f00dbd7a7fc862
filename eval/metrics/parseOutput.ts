import { stripped } from "./answerText.js";

const PREFIX = "answer:";

/**
 * The part of an output that is the answer: what follows the first "Answer:" on its line, or else the first
 * line. A prefix that the model repeats is dropped too.
 *
 * @example parseOutput("Let me see.\nAnswer: Rome\nBye") // "Rome"
 */
export function parseOutput(output: string): string {
  const [, marked] = /answer:([^\n]*)/i.exec(output) ?? [];
  const line = stripped(marked ?? output.slice(0, lineEnd(output)));
  return line.toLowerCase().startsWith(PREFIX) ? stripped(line.slice(PREFIX.length)) : line;
}

function lineEnd(text: string): number {
  const end = text.indexOf("\n");
  return end < 0 ? text.length : end;
}
