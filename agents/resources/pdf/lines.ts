import type { TextContent } from "pdfjs-dist/types/src/display/api.js";

/** A line of a page as it is printed. */
export interface PrintedLine {
  readonly text: string;
  /** Of its letters, in units of the page. */
  readonly height: number;
  /** From the bottom of the page. */
  readonly y: number;
}

/** The lines of a page in the order in which the page draws them. */
export function printedLines({ items }: TextContent): PrintedLine[] {
  const lines: PrintedLine[] = [];
  let text = "";
  let height = 0;
  let y = 0;
  const end = () => {
    if (text.trim() !== "") lines.push({ text: text.trimEnd(), height, y });
    text = "";
    height = 0;
  };
  for (const item of items) {
    if (!("str" in item)) continue;
    if (item.str.trim() !== "") {
      if (text.trim() === "") y = Number(item.transform[5]);
      height = Math.max(height, item.height);
    }
    text += item.str;
    if (item.hasEOL) end();
  }
  end();
  return lines;
}

/** A gap of so many heights of a line, from one line to the next, ends a paragraph. */
const PARAGRAPH_GAP = 1.8;

/** Letters that are so much larger or smaller belong to another paragraph. */
const SAME_SIZE = 1.15;

/** Lines that belong together: of one size, without a gap. */
export function paragraphsOf(lines: readonly PrintedLine[]): PrintedLine[][] {
  const paragraphs: PrintedLine[][] = [];
  for (const line of lines) {
    const open = paragraphs.at(-1);
    const before = open?.at(-1);
    if (open !== undefined && before !== undefined && follows(before, line)) open.push(line);
    else paragraphs.push([line]);
  }
  return paragraphs;
}

function follows(before: PrintedLine, line: PrintedLine): boolean {
  const [small, large] = [Math.min(before.height, line.height), Math.max(before.height, line.height)];
  // A line above the one before begins another column.
  const gap = before.y - line.y;
  return large <= small * SAME_SIZE && gap >= 0 && gap <= large * PARAGRAPH_GAP;
}

/** The text of a paragraph; a word that was divided at the end of a line is put together. */
export function paragraphText(lines: readonly PrintedLine[]): string {
  return lines
    .map(({ text }) => text)
    .join("\n")
    .replace(/(\p{L})[-\u00ad]\n(\p{Ll})/gu, "$1$2");
}
