import { MemosError } from "../../memcube/index.js";
import type { Block, Heading, Passage } from "./block.js";
import { type Chunk, type Position, spanning } from "./chunk.js";
import { cleanText, oneLine } from "./cleanText.js";
import { cutText } from "./cutText.js";
import type { Reading } from "./reader.js";

/** Between the passages of one chunk. */
const GAP = "\n\n";

/** Of the room of a chunk, the most that the head of a table takes when it is said again. */
const TABLE_HEAD_SHARE = 0.25;

/**
 * Puts what a reader finds into chunks of at most `limits.chunkCharacters`: passages under one heading, on one page,
 * as many as fit. A passage that does not fit is cut (`cutText`); each part of a table begins with the table's head.
 * No chunk is empty.
 *
 * @throws MemosError TOO_LARGE beyond `limits.characters` or `limits.chunks`.
 */
export async function* chunksOf(
  blocks: AsyncIterable<Block>,
  format: Chunk["format"],
  reading: Reading,
): AsyncGenerator<Chunk, void, undefined> {
  const { chunkCharacters, headingCharacters, chunks: most } = reading.limits;
  const chunking = new Chunking(format, chunkCharacters, headingCharacters);
  let chunks = 0;
  const counted = function* (some: Iterable<Chunk>) {
    for (const chunk of some) {
      if (++chunks > most) throw new MemosError("TOO_LARGE", `The document has more than ${most} chunks.`);
      yield chunk;
    }
  };
  for await (const block of cleaned(blocks, reading)) yield* counted(chunking.take(block));
  yield* counted(chunking.finish());
}

/** Blocks whose text can be stored. */
async function* cleaned(
  blocks: AsyncIterable<Block>,
  { limits, warn }: Reading,
): AsyncGenerator<Block, void, undefined> {
  let characters = 0;
  let removed = 0;
  for await (const block of blocks) {
    characters += block.text.length;
    if (characters > limits.characters)
      throw new MemosError("TOO_LARGE", `The text is longer than ${limits.characters} characters.`);
    const clean = cleanText(block.text);
    removed += clean.removed;
    if (clean.text.trim() !== "") yield { ...block, text: clean.text };
  }
  if (removed > 0) warn("CONTROL_CHARACTERS", `${removed} control characters were left out of the text.`);
}

class Chunking {
  readonly #format: Chunk["format"];
  readonly #most: number;
  readonly #mostOfTitle: number;
  #path: { readonly level: number; readonly title: string }[] = [];
  /** A heading under which nothing stands yet. */
  #bare: Heading | undefined;
  #pending: Passage[] = [];
  #length = 0;

  constructor(format: Chunk["format"], most: number, mostOfTitle: number) {
    this.#format = format;
    this.#most = most;
    this.#mostOfTitle = mostOfTitle;
  }

  *take(block: Block): Generator<Chunk, void, undefined> {
    if (block.kind === "heading") {
      const title = oneLine(block.text);
      if (title.length <= this.#mostOfTitle) yield* this.#enter(block, title);
      else yield* this.take({ kind: "paragraph", text: block.text, position: block.position });
      return;
    }
    this.#bare = undefined;
    const last = this.#pending.at(-1);
    if (last !== undefined && last.position.pages?.[0] !== block.position.pages?.[0]) yield* this.#flush();
    if (this.#length + GAP.length + block.text.length > this.#most) yield* this.#flush();
    if (block.text.length > this.#most) {
      yield* this.#cut(block);
      return;
    }
    this.#length += block.text.length + (this.#pending.length > 0 ? GAP.length : 0);
    this.#pending.push(block);
  }

  *finish(): Generator<Chunk, void, undefined> {
    yield* this.#flush();
    yield* this.#leaveBare();
  }

  *#enter(heading: Heading, title: string): Generator<Chunk, void, undefined> {
    yield* this.#flush();
    const deeper = this.#bare !== undefined && heading.level > this.#bare.level;
    if (!deeper) yield* this.#leaveBare();
    this.#path = [
      ...this.#path.filter(({ level }) => level < heading.level),
      { level: heading.level, title },
    ];
    this.#bare = heading.implied === true ? undefined : heading;
  }

  /** A title with nothing under it is a text of its own. */
  *#leaveBare(): Generator<Chunk, void, undefined> {
    const heading = this.#bare;
    this.#bare = undefined;
    if (heading !== undefined) yield this.#chunk(heading.text, heading.position);
  }

  *#flush(): Generator<Chunk, void, undefined> {
    const [first] = this.#pending;
    const last = this.#pending.at(-1);
    if (first === undefined || last === undefined) return;
    const label = this.#pending.length === 1 ? first.label : undefined;
    const text = this.#pending.map((passage) => passage.text).join(GAP);
    this.#pending = [];
    this.#length = 0;
    yield this.#chunk(text, spanning(first.position, last.position), label);
  }

  *#cut(passage: Passage): Generator<Chunk, void, undefined> {
    const { text, position, label } = passage;
    const head = passage.kind === "table" ? tableHead(text) : "";
    const repeated = head.length <= this.#most * TABLE_HEAD_SHARE ? head : "";
    let line = 0;
    for (const cut of cutText(text, this.#most - repeated.length)) {
      const part = text.slice(cut.start, cut.end);
      const blank = leadingLines(part);
      const kept = part.slice(blank.length).trimEnd();
      const from = line + breaksIn(blank);
      line += breaksIn(part);
      if (kept === "") continue;
      const at = narrowed(position, text, from, from + breaksIn(kept));
      yield this.#chunk(cut.start === 0 ? kept : repeated + kept, at, label);
    }
  }

  #chunk(text: string, position: Position, label?: string): Chunk {
    const headings = this.#path.map(({ title }) => title);
    return {
      text: text.slice(leadingLines(text).length).trimEnd(),
      format: this.#format,
      headings: label === undefined ? headings : [...headings, label],
      position,
    };
  }
}

/** The rows that say what the columns are: the first, and in Markdown the line below it. */
function tableHead(text: string): string {
  const [first = "", second = ""] = text.split("\n", 2);
  return /^[\s|:-]+$/.test(second) ? `${first}\n${second}\n` : `${first}\n`;
}

/** Empty lines at the beginning; the indentation of the first other one stays. */
function leadingLines(text: string): string {
  return /^(?:[ \t]*\n)*/.exec(text)?.[0] ?? "";
}

function breaksIn(text: string): number {
  let breaks = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) breaks++;
  return breaks;
}

/** The position of some lines of a text, where the text has as many lines as it takes in its document. */
function narrowed(position: Position, text: string, from: number, to: number): Position {
  const { lines } = position;
  if (lines === undefined || breaksIn(text) !== lines[1] - lines[0]) return position;
  return { ...position, lines: [lines[0] + from, lines[0] + to] };
}
