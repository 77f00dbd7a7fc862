import { Parser } from "htmlparser2";
import { MemosError } from "../../../memcube/index.js";
import type { Block, Passage } from "../block.js";
import { chunksOf } from "../chunking.js";
import { oneLine } from "../cleanText.js";
import { textOf } from "../decoding.js";
import { Depth } from "../depth.js";
import { LineCounter } from "../lineCounter.js";
import type { DocumentReader, Reading } from "../reader.js";

/** Characters of a list or a table that are held at once. */
const HELD_CHARACTERS = 64 * 1024;

/** Elements that hold no text for people. */
const UNSEEN = new Set(
  "script style template noscript svg math iframe object canvas select datalist".split(" "),
);

/** Elements before and after which a text ends. */
const APART = new Set(
  (
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure " +
    "footer form header hgroup hr html legend main menu nav p section summary"
  ).split(" "),
);

const LISTS = new Set(["ul", "ol"]);
const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));

/** HTML: what a person would see of it, as blocks under their headings. Nothing is loaded or run. */
export const htmlReader: DocumentReader = {
  kinds: ["html"],
  read: (file, reading) =>
    chunksOf(blocks(textOf(file, reading, declaredEncoding), reading), "text", reading),
};

function declaredEncoding(head: string): string | undefined {
  return /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,40})/i.exec(head)?.[1];
}

async function* blocks(
  pieces: AsyncIterable<string>,
  reading: Reading,
): AsyncGenerator<Block, void, undefined> {
  const page = new Page(reading);
  for await (const piece of pieces) yield* page.take(piece);
  yield* page.finish();
}

/** Turns the events of the parser into blocks. */
class Page {
  readonly #reading: Reading;
  readonly #parser: Parser;
  readonly #lines = new LineCounter();
  readonly #depth: Depth;
  #found: Block[] = [];
  #written = 0;
  /** Open elements of which nothing is seen: how many of them are inside each other. */
  #unseen = 0;
  readonly #hidden: boolean[] = [];
  #text = "";
  #from = 0;
  #inTitle = false;
  #title = "";
  #heading = 0;
  #pre = 0;
  #lists = 0;
  #tables = 0;
  /** Lines of the list, or rows of the table, that is being read. */
  #rows: string[] = [];
  #rowsFrom = 0;
  #rowCharacters = 0;
  #cells: string[] = [];

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#depth = new Depth(reading.limits.nesting);
    this.#parser = new Parser({
      onopentag: (name, attributes) => this.#open(name, attributes),
      onclosetag: (name) => this.#close(name),
      ontext: (text) => this.#say(text),
    });
  }

  take(piece: string): Block[] {
    this.#lines.feed(piece);
    this.#parser.write(piece);
    this.#written += piece.length;
    if (this.#written - this.#parser.endIndex > this.#reading.limits.markupCharacters)
      throw new MemosError("TOO_LARGE", "The document has an element that does not end.");
    return this.#taken();
  }

  finish(): Block[] {
    this.#parser.end();
    this.#endAll();
    return this.#taken();
  }

  #taken(): Block[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (VOID.has(name)) {
      if (this.#unseen === 0) this.#void(name, attributes);
      return;
    }
    this.#depth.enter();
    const hidden = UNSEEN.has(name) || isHidden(attributes);
    this.#hidden.push(hidden);
    if (hidden) this.#unseen++;
    if (this.#unseen > 0) return;
    if (name === "title") this.#inTitle = this.#title === "";
    const level = headingLevel(name);
    if (level > 0) {
      this.#endAll();
      this.#heading = level;
    } else if (name === "pre") {
      this.#endAll();
      this.#pre++;
    } else if (name === "table") {
      this.#endAll();
      this.#tables++;
    } else if (LISTS.has(name)) {
      if (this.#lists === 0) this.#endAll();
      else this.#endText();
      this.#lists++;
    } else if (name === "li") this.#endText();
    else if (APART.has(name)) this.#endText();
  }

  #close(name: string): void {
    if (VOID.has(name)) return;
    this.#depth.leave();
    const hidden = this.#hidden.pop() === true;
    const unseen = this.#unseen > 0;
    if (hidden) this.#unseen--;
    if (unseen) return;
    if (name === "title") this.#endTitle();
    else if (headingLevel(name) > 0) {
      this.#endText();
      this.#heading = 0;
    } else if (name === "pre") {
      this.#endText();
      this.#pre--;
    } else if (name === "td" || name === "th") this.#endCell();
    else if (name === "tr") this.#endRow();
    else if (name === "table") {
      this.#endRow();
      if (--this.#tables === 0) this.#endRows("table");
    } else if (LISTS.has(name)) {
      this.#endText();
      if (--this.#lists === 0 && this.#tables === 0) this.#endRows("list");
    } else if (name === "li" || APART.has(name)) this.#endText();
  }

  #void(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === "br") this.#append("\n");
    else if (name === "hr") this.#endText();
    else if (name === "img" && attributes["alt"]?.trim()) this.#append(` [${oneLine(attributes["alt"])}] `);
  }

  #say(text: string): void {
    if (this.#unseen > 0) return;
    if (this.#inTitle) this.#title += text;
    else this.#append(this.#pre > 0 ? text : text.replace(/\s+/g, " "));
  }

  #append(text: string): void {
    if (this.#text.trim() === "") this.#from = this.#lines.lineOf(this.#parser.startIndex);
    this.#text += text;
    if (this.#text.length > HELD_CHARACTERS) this.#endText();
  }

  #endTitle(): void {
    this.#inTitle = false;
    const title = oneLine(this.#title);
    if (title !== "") this.#reading.about({ title });
  }

  /** What was said since the last block: a block, or a line of the list or a part of the cell that is open. */
  #endText(): void {
    const text = this.#pre > 0 ? this.#text.replace(/^\n|\s+$/g, "") : spaced(this.#text);
    if (this.#tables > 0) {
      // A cell goes on with the next text of it.
      this.#text = text === "" ? "" : `${text} `;
      return;
    }
    this.#text = "";
    if (text.trim() === "") return;
    if (this.#heading > 0)
      this.#found.push({ kind: "heading", level: this.#heading, text, position: this.#position() });
    else if (this.#lists > 0 && this.#pre === 0)
      this.#row(`${"  ".repeat(this.#lists - 1)}- ${text.replaceAll("\n", " ")}`);
    else this.#found.push({ kind: this.#pre > 0 ? "code" : "paragraph", text, position: this.#position() });
  }

  #endCell(): void {
    this.#cells.push(oneLine(this.#text));
    this.#text = "";
  }

  #endRow(): void {
    if (oneLine(this.#text) !== "") this.#endCell();
    const cells = this.#cells;
    this.#cells = [];
    if (cells.some((cell) => cell !== "")) this.#row(cells.join(" | "));
  }

  #row(row: string): void {
    if (this.#rows.length === 0) this.#rowsFrom = this.#from;
    this.#rows.push(row);
    this.#rowCharacters += row.length;
    if (this.#rowCharacters > HELD_CHARACTERS) this.#endRows(this.#tables > 0 ? "table" : "list");
  }

  #endRows(kind: Passage["kind"]): void {
    if (this.#rows.length > 0) {
      this.#from = this.#rowsFrom;
      this.#found.push({ kind, text: this.#rows.join("\n"), position: this.#position() });
    }
    this.#rows = [];
    this.#rowCharacters = 0;
  }

  #endAll(): void {
    this.#endText();
    if (this.#tables === 0) this.#endRows(this.#lists > 0 ? "list" : "table");
  }

  #position() {
    const to = Math.max(this.#from, this.#lines.lineOf(this.#parser.startIndex));
    return { lines: [this.#from, to] as [number, number] };
  }
}

function headingLevel(name: string): number {
  return /^h[1-6]$/.test(name) ? Number(name[1]) : 0;
}

function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  if (Object.hasOwn(attributes, "hidden")) return true;
  return /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(attributes["style"] ?? "");
}

function spaced(text: string): string {
  return text
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .trim();
}
