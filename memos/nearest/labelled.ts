import { type MemCube, textOf } from "../../memcube/index.js";
import { NEAREST_LIMITS } from "./limits.js";

/** The key of a memory's metadata that says which label its text is an example of. */
export const LABEL_KEY = "label";

/** A text and its label, and where the text stands in that of its memory. */
export interface LabelledExample {
  readonly text: string;
  readonly label: string;
  /** Half-open, in UTF-16 units. */
  readonly span: readonly [start: number, end: number];
}

/** A label on a line of its own; or one word behind the text, where a chunker has made the line end a space. */
const LABEL = /(?:^|\n)[ \t]*label:([^\n]*)|[ \t]label:[ \t]*(\S+)[ \t]*\r?(?=\n|$)/gi;
const BLANKS: ReadonlySet<string> = new Set(" \t\r");

/**
 * The labelled examples of a text, in the form of MemoryAgentBench's in-context learning: a text, a line
 * `label: L`, a blank line. An example is what stands between its label and the blank line or the label before it.
 * A label without a text before it, as at the beginning of a chunk, is none. They come one by one: a memory may list
 * a hundred thousand.
 *
 * @example [...examplesIn("Where is my card?\nlabel: 11\n\nTop it up\nlabel: 4\n")] // two, labelled "11" and "4"
 */
export function* examplesIn(text: string): Generator<LabelledExample> {
  let from = 0;
  for (const match of text.matchAll(LABEL)) {
    const label = (match[1] ?? match[2] ?? "").trim();
    const start = lastParagraph(text, from, match.index);
    const words = text.slice(start, match.index).trim();
    if (label !== "" && label.length <= NEAREST_LIMITS.labelCharacters && words !== "")
      yield { text: words, label, span: [start, start + words.length] };
    from = match.index + match[0].length;
  }
}

/** Where the last paragraph between two places begins, without the white space before it. */
function lastParagraph(text: string, from: number, to: number): number {
  const written = text.slice(from, to).trimEnd();
  const start = behindBlankLine(written);
  const paragraph = written.slice(start);
  return from + start + (paragraph.length - paragraph.trimStart().length);
}

/** Where the last line that holds nothing but white space ends, looked for from behind; 0 where there is none. */
function behindBlankLine(text: string): number {
  let lineEnd = -1;
  for (let at = text.length - 1; at >= 0; at--) {
    const character = text[at] as string;
    if (character === "\n") {
      if (lineEnd >= 0) return lineEnd + 1;
      lineEnd = at;
    } else if (!BLANKS.has(character)) lineEnd = -1;
  }
  return 0;
}

/** The examples of a memory: its whole text where its metadata has a `label`, else those that its text lists. */
export function examplesOf(cube: MemCube): Iterable<LabelledExample> {
  const text = textOf(cube);
  if (text === undefined || text.trim() === "") return [];
  const stated = cube.attributes.metadata[LABEL_KEY];
  if (stated === undefined || stated === null || Array.isArray(stated)) return examplesIn(text);
  const label = String(stated).trim();
  if (label === "" || label.length > NEAREST_LIMITS.labelCharacters) return [];
  return [{ text, label, span: [0, text.length] }];
}
