import type { Block } from "../block.js";
import { oneLine } from "../cleanText.js";
import { type PrintedLine, paragraphText } from "./lines.js";
import type { OutlineTitle } from "./outline.js";

/** Where a document has no outline: letters so much larger than the usual ones make a heading of a level. */
const LARGER: readonly (readonly [factor: number, level: number])[] = [
  [1.7, 1],
  [1.35, 2],
  [1.15, 3],
];

/** Lines of a heading at most. */
const HEADING_LINES = 3;

/** Finds the headings of a document page by page, by its outline or, without one, by the size of letters. */
export class PageHeadings {
  readonly #outline: ReadonlyMap<number, readonly OutlineTitle[]>;
  /** Characters of each height so far. */
  readonly #heights = new Map<number, number>();

  constructor(outline: ReadonlyMap<number, readonly OutlineTitle[]>) {
    this.#outline = outline;
  }

  /** The blocks of a page; titles of the outline that the page does not print come first. */
  blocks(page: number, paragraphs: readonly (readonly PrintedLine[])[]): Block[] {
    const position = { pages: [page, page] as [number, number] };
    for (const { text, height } of paragraphs.flat()) {
      const rounded = Math.round(height * 2) / 2;
      this.#heights.set(rounded, (this.#heights.get(rounded) ?? 0) + text.length);
    }
    const expected = [...(this.#outline.get(page) ?? [])];
    const printed = paragraphs.map((lines) => {
      const text = paragraphText(lines);
      return { text, level: this.#levelOf(text, lines, expected) };
    });
    return [
      ...expected.map(
        ({ title, level }): Block => ({ kind: "heading", level, text: title, position, implied: true }),
      ),
      ...printed.map(
        ({ text, level }): Block =>
          level === 0
            ? { kind: "paragraph", text, position }
            : { kind: "heading", level, text: oneLine(text), position },
      ),
    ];
  }

  /** 0 for what is no heading. A title that is found is taken out of what is expected. */
  #levelOf(text: string, lines: readonly PrintedLine[], expected: OutlineTitle[]): number {
    if (lines.length > HEADING_LINES) return 0;
    if (this.#outline.size > 0) {
      const plain = letters(text);
      const index = expected.findIndex(({ title }) => letters(title) === plain);
      return index === -1 ? 0 : (expected.splice(index, 1)[0]?.level ?? 0);
    }
    const height = lines[0]?.height ?? 0;
    const usual = this.#usualHeight();
    return LARGER.find(([factor]) => usual > 0 && height >= usual * factor)?.[1] ?? 0;
  }

  #usualHeight(): number {
    let usual = 0;
    let most = 0;
    for (const [height, characters] of this.#heights)
      if (characters > most) [usual, most] = [height, characters];
    return usual;
  }
}

/** A title may be numbered in the text and not in the outline, and be set in other spaces. */
function letters(text: string): string {
  return text
    .toLowerCase()
    .replace(/^[\s\d.]+/, "")
    .replace(/[^\p{L}\p{N}]+/gu, "");
}
