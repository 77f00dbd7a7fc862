import MarkdownIt, { type Token } from "markdown-it";
import type { Block, Passage } from "../block.js";
import { chunksOf } from "../chunking.js";
import { oneLine } from "../cleanText.js";
import { type Line, linesOf, textOf } from "../decoding.js";
import type { DocumentReader, Reading } from "../reader.js";
import { passageOf } from "./plainText.js";

/** Characters after which a document is taken apart at the next place where that changes nothing. */
const SECTION_CHARACTERS = 64 * 1024;

/** Characters that are parsed at once at most, also where no such place comes. */
const PARSED_CHARACTERS = 512 * 1024;

/** Lines in which metadata before the text must end. */
const FRONT_LINES = 256;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}#{1,6}(?:\s|$)/;

const KINDS: Readonly<Record<string, Passage["kind"]>> = {
  bullet_list_open: "list",
  ordered_list_open: "list",
  table_open: "table",
  fence: "code",
  code_block: "code",
};

/** Only blocks are looked for, so that what is kept is what was written. */
const parser = new MarkdownIt({ html: true }).disable(
  ["reference", "inline", "linkify", "replacements"],
  true,
);

/** Markdown with tables (CommonMark and the tables of GFM): blocks word for word, under their headings. */
export const markdownReader: DocumentReader = {
  kinds: ["markdown"],
  read: (file, reading) =>
    chunksOf(blocks(linesOf(textOf(file, reading), PARSED_CHARACTERS), reading), "markdown", reading),
};

async function* blocks(lines: AsyncIterable<Line>, reading: Reading): AsyncGenerator<Block, void, undefined> {
  const { front, rest } = await withFrontMatter(lines);
  let title = titleIn(front);
  if (title !== undefined) reading.about({ title });
  if (front.length > 0) yield passageOf("code", front);
  for await (const section of sections(rest)) {
    reading.alive();
    for (const block of parsed(section)) {
      if (block.kind === "heading" && block.level === 1 && title === undefined) {
        title = oneLine(block.text);
        reading.about({ title });
      }
      yield block;
    }
  }
}

/** The lines of metadata (YAML between `---`) before the text, if there are any, and the others. */
async function withFrontMatter(
  lines: AsyncIterable<Line>,
): Promise<{ front: readonly Line[]; rest: AsyncIterable<Line> }> {
  const source = lines[Symbol.asyncIterator]();
  const taken: Line[] = [];
  let closed = false;
  while (!closed && taken.length < FRONT_LINES) {
    const next = await source.next();
    if (next.done === true) break;
    taken.push(next.value);
    const mark = next.value.text.trimEnd() === "---";
    if (taken.length === 1 && !mark) break;
    closed = mark && taken.length > 1;
  }
  const others = { [Symbol.asyncIterator]: () => source };
  return closed ? { front: taken, rest: others } : { front: [], rest: following(taken, others) };
}

async function* following<T>(first: Iterable<T>, then: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  yield* first;
  yield* then;
}

function titleIn(front: readonly Line[]): string | undefined {
  const said = front.map(({ text }) => /^title:\s*(["']?)(.+)\1\s*$/.exec(text)?.[2]);
  const title = oneLine(said.find((one) => one !== undefined) ?? "");
  return title === "" ? undefined : title;
}

/** Runs of lines that can be parsed by themselves: they end before a heading, or before text at the margin. */
async function* sections(lines: AsyncIterable<Line>): AsyncGenerator<Line[], void, undefined> {
  let held: Line[] = [];
  let characters = 0;
  let fence: string | undefined;
  for await (const line of lines) {
    const plain = fence === undefined;
    const blankBefore = held.at(-1)?.text.trim() === "";
    const may = plain && (HEADING.test(line.text) || (blankBefore && /^[\p{L}\p{N}]/u.test(line.text)));
    if ((may && characters >= SECTION_CHARACTERS) || characters + line.text.length > PARSED_CHARACTERS) {
      yield held;
      // Code that goes on is code again.
      held = fence === undefined ? [] : [{ number: line.number - 1, text: fence }];
      characters = 0;
    }
    const mark = FENCE.exec(line.text)?.[1];
    if (mark !== undefined && fence === undefined) fence = mark;
    else if (mark !== undefined && fence !== undefined && closes(mark, fence)) fence = undefined;
    held.push(line);
    characters += line.text.length + 1;
  }
  if (held.length > 0) yield held;
}

function closes(mark: string, fence: string): boolean {
  return mark[0] === fence[0] && mark.length >= fence.length;
}

function* parsed(lines: readonly Line[]): Generator<Block, void, undefined> {
  const tokens = parser.parse(lines.map(({ text }) => text).join("\n"), {});
  for (const [index, token] of tokens.entries()) {
    const { map } = token;
    if (token.level !== 0 || token.nesting === -1 || map === null || token.type === "hr") continue;
    const taken = trimmedEnd(lines.slice(map[0], map[1]));
    if (taken.length === 0) continue;
    const passage = passageOf(KINDS[token.type] ?? "paragraph", taken);
    if (token.type !== "heading_open") yield passage;
    else
      yield {
        kind: "heading",
        level: Number(token.tag.slice(1)),
        text: titleOf(tokens[index + 1]),
        position: passage.position,
      };
  }
}

/** Without the marks of emphasis, code and links. */
function titleOf(token: Token | undefined): string {
  return (token?.content ?? "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(`+|\*\*|__|\*)(.+?)\1/g, "$2");
}

function trimmedEnd(lines: readonly Line[]): readonly Line[] {
  return lines.slice(0, lines.findLastIndex(({ text }) => text.trim() !== "") + 1);
}
