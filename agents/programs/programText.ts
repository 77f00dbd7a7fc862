import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { parse } from "../../memos/parse.js";
import { PROGRAM_LIMITS as LIMITS } from "./limits.js";
import { type Instruction, instructionSchema } from "./operations.js";

const HEAD = "\n\nInstructions:\n";

/** A program as procedural memory holds it: a text that people read, and that is read back. */
export function programText(goal: string, instructions: readonly Instruction[]): string {
  const lines = instructions.flatMap(({ text, file }, index) => [
    `${index + 1}. ${text}`,
    ...(file === undefined ? [] : [`   → ${file}`]),
  ]);
  return goal.trimEnd() + HEAD + lines.join("\n");
}

/** @throws MemosError CONFLICT for a text that somebody has changed into something else. */
export function readProgramText(text: string): { goal: string; instructions: Instruction[] } {
  const at = text.lastIndexOf(HEAD);
  if (at < 0) throw changed();
  const found: { text: string; file?: string }[] = [];
  for (const line of text
    .slice(at + HEAD.length)
    .trimEnd()
    .split("\n")) {
    const [, number, instruction] = /^(\d+)\. (.*)$/.exec(line) ?? [];
    const [, file] = /^ {3}→ (.*)$/.exec(line) ?? [];
    const last = found.at(-1);
    if (instruction !== undefined && Number(number) === found.length + 1) found.push({ text: instruction });
    else if (file !== undefined && last !== undefined && last.file === undefined) last.file = file;
    else throw changed();
  }
  try {
    const instructions = parse(z.array(instructionSchema).min(1).max(LIMITS.instructions), found);
    return { goal: text.slice(0, at), instructions };
  } catch (cause) {
    throw changed(cause);
  }
}

function changed(cause?: unknown): MemosError {
  return new MemosError("CONFLICT", "The text of the program is no list of instructions any more.", {
    cause,
  });
}

/** Instructions as they are kept: each on a line, without spaces around. */
export function keptInstructions(given: readonly (string | Instruction)[]): Instruction[] {
  return given.map((one) => {
    const { text, file } = typeof one === "string" ? { text: one, file: undefined } : one;
    return { text: text.trim(), ...(file === undefined ? {} : { file }) };
  });
}
