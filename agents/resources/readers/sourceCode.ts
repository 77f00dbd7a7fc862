import type { Passage } from "../block.js";
import { chunksOf } from "../chunking.js";
import { type Line, linesOf, textOf } from "../decoding.js";
import type { DocumentReader } from "../reader.js";
import { passageOf } from "./plainText.js";

/** Characters of a declaration that are held at once. */
const HELD_CHARACTERS = 64 * 1024;

/** Characters that are shown of the first line of a declaration. */
const LABEL_CHARACTERS = 120;

/** A line at the margin that goes on with what stands before it. */
const GOES_ON =
  /^(?:[}\])>]|(?:end|else|elif|elsif|except|finally|catch|rescue|ensure|then|fi|done|esac|in|where)\b|<\/)/;

/** A line that says something about the declaration below it. */
const REMARK = /^(?:\/\/|\/\*|\*|#|--|;|%|@|\[|"""|''')/;

/**
 * Source code of any language: cut where a declaration begins at the left margin after an empty line or after one
 * that was indented, with the comments and decorators above it. Nothing is parsed.
 */
export const sourceCodeReader: DocumentReader = {
  kinds: ["code"],
  read: (file, reading) =>
    chunksOf(declarations(linesOf(textOf(file, reading), HELD_CHARACTERS)), "text", reading),
};

async function* declarations(lines: AsyncIterable<Line>): AsyncGenerator<Passage, void, undefined> {
  let held: Line[] = [];
  let characters = 0;
  for await (const line of lines) {
    const over = characters + line.text.length > HELD_CHARACTERS;
    if (held.length > 0 && (over || begins(line.text, held.at(-1)?.text ?? ""))) {
      yield* declaration(held);
      held = [];
      characters = 0;
    }
    held.push(line);
    characters += line.text.length + 1;
  }
  yield* declaration(held);
}

function begins(line: string, before: string): boolean {
  const atMargin = /^\S/.test(line) && !GOES_ON.test(line);
  // Lists of imports and constants stay together, and a remark stays with what it is about.
  return (
    atMargin && !REMARK.test(before) && (before.trim() === "" || /^\s/.test(before) || GOES_ON.test(before))
  );
}

function* declaration(held: readonly Line[]): Generator<Passage, void, undefined> {
  const first = held.findIndex(({ text }) => text.trim() !== "");
  const last = held.findLastIndex(({ text }) => text.trim() !== "");
  if (first === -1) return;
  const lines = held.slice(first, last + 1);
  const named = lines.find(({ text }) => text.trim() !== "" && !REMARK.test(text)) ?? lines[0];
  const label = named?.text.trim().slice(0, LABEL_CHARACTERS).toWellFormed();
  yield passageOf("code", lines, label);
}
