import { Parser } from "htmlparser2";
import { MemosError } from "../../../memcube/index.js";
import type { Block, Passage } from "../block.js";
import { chunksOf } from "../chunking.js";
import { oneLine } from "../cleanText.js";
import { Depth } from "../depth.js";
import type { DocumentReader, Reading } from "../reader.js";
import { ZipArchive } from "../zipArchive.js";

/** Characters of a list, a table or a paragraph that are held at once. */
const HELD_CHARACTERS = 64 * 1024;

const BODY = "word/document.xml";

/** What holds text for readers, in the order in which it is read. */
const PARTS = [BODY, "word/footnotes.xml", "word/endnotes.xml"];

/** Word documents: paragraphs, lists and tables under their headings, and the notes. Cited by paragraph. */
export const docxReader: DocumentReader = {
  kinds: ["docx"],
  async *read(file, reading) {
    const archive = await ZipArchive.open(file, reading.limits);
    if (!archive.has(BODY))
      throw new MemosError(
        "DOCUMENT_INVALID",
        `${file.name} is a zip archive without a Word document in it.`,
      );
    yield* chunksOf(blocks(archive, reading), "text", reading);
  },
};

async function* blocks(archive: ZipArchive, reading: Reading): AsyncGenerator<Block, void, undefined> {
  const title = await titleOf(archive, reading);
  if (title !== "") reading.about({ title });
  const body = new Body(await headingStyles(archive, reading));
  for (const part of PARTS) {
    for await (const _ of parsed(archive, part, body, reading)) yield* body.taken();
    body.end();
    yield* body.taken();
  }
}

type Attributes = Readonly<Record<string, string>>;

/** Told what is in an XML part, by names without their prefixes. */
interface Listener {
  open(name: string, attributes: Attributes): void;
  close(name: string): void;
  text(text: string): void;
}

/** Parses one part of the archive; a turn for each piece of it. Entities that it declares itself are not known. */
async function* parsed(
  archive: ZipArchive,
  path: string,
  listener: Listener,
  { limits, alive }: Reading,
): AsyncGenerator<void, void, undefined> {
  const depth = new Depth(limits.nesting);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        depth.enter();
        listener.open(local(name), attributes);
      },
      onclosetag: (name) => {
        depth.leave();
        listener.close(local(name));
      },
      ontext: (text) => listener.text(text),
    },
    { xmlMode: true },
  );
  const decoder = new TextDecoder();
  let written = 0;
  for await (const bytes of archive.stream(path)) {
    alive();
    const piece = decoder.decode(bytes, { stream: true });
    parser.write(piece);
    written += piece.length;
    if (written - parser.endIndex > limits.markupCharacters)
      throw new MemosError("TOO_LARGE", `${path} has an element that does not end.`);
    yield;
  }
  parser.end(decoder.decode());
  yield;
}

async function read(archive: ZipArchive, path: string, listener: Listener, reading: Reading): Promise<void> {
  for await (const _ of parsed(archive, path, listener, reading));
}

async function titleOf(archive: ZipArchive, reading: Reading): Promise<string> {
  let title = "";
  let inside = false;
  await read(
    archive,
    "docProps/core.xml",
    {
      open: (name) => {
        inside = name === "title";
      },
      close: () => {
        inside = false;
      },
      text: (text) => {
        if (inside && title.length < HELD_CHARACTERS) title += text;
      },
    },
    reading,
  );
  return oneLine(title);
}

/** The level of each style that is one of headings: by its outline level, or by its name in English. */
async function headingStyles(archive: ZipArchive, reading: Reading): Promise<ReadonlyMap<string, number>> {
  const levels = new Map<string, number>();
  let style = "";
  await read(
    archive,
    "word/styles.xml",
    {
      open: (name, attributes) => {
        const value = attributes["w:val"] ?? "";
        if (name === "style") style = attributes["w:styleId"] ?? "";
        else if (name === "name") {
          const level = /^heading ([1-9])$/i.exec(value)?.[1] ?? (/^title$/i.test(value) ? "1" : undefined);
          if (level !== undefined) levels.set(style, Number(level));
        } else if (name === "outlineLvl" && /^[0-8]$/.test(value)) levels.set(style, Number(value) + 1);
      },
      close: () => undefined,
      text: () => undefined,
    },
    reading,
  );
  return levels;
}

/** Turns the elements of WordprocessingML into blocks. */
class Body implements Listener {
  readonly #levels: ReadonlyMap<string, number>;
  #found: Block[] = [];
  #paragraph = 0;
  #text = "";
  #inText = false;
  #style = "";
  #outline = 0;
  #item: number | undefined;
  /** Inside what repeats its neighbour for older programs. */
  #fallback = 0;
  #tables = 0;
  #cell: string[] = [];
  #cells: string[] = [];
  #rows: string[] = [];
  #rowsFrom = 0;
  #rowsTo = 0;
  #rowCharacters = 0;

  constructor(levels: ReadonlyMap<string, number>) {
    this.#levels = levels;
  }

  taken(): Block[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  open(name: string, attributes: Attributes): void {
    if (name === "Fallback") this.#fallback++;
    if (this.#fallback > 0) return;
    const value = attributes["w:val"] ?? "";
    switch (name) {
      case "tbl":
        if (this.#tables++ === 0) this.#endRows("list");
        break;
      case "p":
        this.#begin();
        break;
      case "pStyle":
        this.#style = value;
        break;
      case "outlineLvl":
        if (/^[0-8]$/.test(value)) this.#outline = Number(value) + 1;
        break;
      case "numPr":
        this.#item = 0;
        break;
      case "ilvl":
        if (/^[0-8]$/.test(value)) this.#item = Number(value);
        break;
      case "t":
        this.#inText = true;
        break;
      case "tab":
        this.#say("\t");
        break;
      case "br":
      case "cr":
        this.#say("\n");
        break;
    }
  }

  close(name: string): void {
    if (name === "Fallback") this.#fallback--;
    else if (this.#fallback > 0) return;
    else if (name === "t") this.#inText = false;
    else if (name === "p") this.#endParagraph();
    else if (name === "tc") {
      this.#cells.push(oneLine(this.#cell.join(" ")));
      this.#cell = [];
    } else if (name === "tr") this.#endRow();
    else if (name === "tbl" && --this.#tables === 0) this.#endRows("table");
  }

  text(text: string): void {
    if (this.#inText && this.#fallback === 0) this.#say(text);
  }

  /** At the end of a part: what is open is taken as it is. */
  end(): void {
    this.#endParagraph();
    this.#endRow();
    this.#endRows(this.#tables > 0 ? "table" : "list");
    this.#tables = 0;
    this.#fallback = 0;
  }

  #begin(): void {
    // A paragraph in a text box stands inside of another one.
    if (this.#text !== "") this.#endParagraph();
    this.#paragraph++;
    this.#style = "";
    this.#outline = 0;
    this.#item = undefined;
  }

  #say(text: string): void {
    this.#text += text;
    if (this.#text.length > HELD_CHARACTERS) this.#endParagraph();
  }

  #endParagraph(): void {
    const text = this.#text.trim();
    this.#text = "";
    if (text === "") return;
    if (this.#tables > 0) {
      this.#cell.push(text);
      return;
    }
    const level = this.#outline > 0 ? this.#outline : (this.#levels.get(this.#style) ?? 0);
    if (level === 0 && this.#item !== undefined) {
      this.#row(`${"  ".repeat(this.#item)}- ${text.replaceAll("\n", " ")}`);
      return;
    }
    this.#endRows("list");
    const position = { paragraphs: [this.#paragraph, this.#paragraph] as [number, number] };
    if (level > 0) this.#found.push({ kind: "heading", level, text, position });
    else this.#found.push({ kind: "paragraph", text, position });
  }

  #endRow(): void {
    const cells = this.#cells;
    this.#cells = [];
    if (cells.some((cell) => cell !== "")) this.#row(cells.join(" | "));
  }

  #row(row: string): void {
    if (this.#rows.length === 0) this.#rowsFrom = this.#paragraph;
    this.#rowsTo = this.#paragraph;
    this.#rows.push(row);
    this.#rowCharacters += row.length;
    if (this.#rowCharacters > HELD_CHARACTERS) this.#endRows(this.#tables > 0 ? "table" : "list");
  }

  #endRows(kind: Passage["kind"]): void {
    const position = { paragraphs: [this.#rowsFrom, this.#rowsTo] as [number, number] };
    if (this.#rows.length > 0) this.#found.push({ kind, text: this.#rows.join("\n"), position });
    this.#rows = [];
    this.#rowCharacters = 0;
  }
}

function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
