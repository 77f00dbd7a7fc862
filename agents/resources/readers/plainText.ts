import type { Passage } from "../block.js";
import { chunksOf } from "../chunking.js";
import { type Line, linesOf, textOf } from "../decoding.js";
import type { DocumentReader } from "../reader.js";

/** Characters of a paragraph that are held at once. */
const HELD_CHARACTERS = 64 * 1024;

/** Plain text: paragraphs are what empty lines stand between. */
export const plainTextReader: DocumentReader = {
  kinds: ["text"],
  read: (file, reading) =>
    chunksOf(paragraphs(linesOf(textOf(file, reading), HELD_CHARACTERS)), "text", reading),
};

async function* paragraphs(lines: AsyncIterable<Line>): AsyncGenerator<Passage, void, undefined> {
  let held: Line[] = [];
  let characters = 0;
  for await (const line of lines) {
    const ends = line.text.trim() === "";
    if ((ends || characters + line.text.length > HELD_CHARACTERS) && held.length > 0) {
      yield passageOf("paragraph", held);
      held = [];
      characters = 0;
    }
    if (ends) continue;
    held.push(line);
    characters += line.text.length + 1;
  }
  if (held.length > 0) yield passageOf("paragraph", held);
}

/** Lines as one passage, which takes as many lines in its document. */
export function passageOf(kind: Passage["kind"], lines: readonly Line[], label?: string): Passage {
  const first = lines[0]?.number ?? 1;
  return {
    kind,
    text: lines.map(({ text }) => text).join("\n"),
    position: { lines: [first, lines.at(-1)?.number ?? first] },
    ...(label === undefined ? {} : { label }),
  };
}
