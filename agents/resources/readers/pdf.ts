import type { PDFDocumentProxy } from "pdfjs-dist";
import { MemosError } from "../../../memcube/index.js";
import type { Block } from "../block.js";
import { chunksOf } from "../chunking.js";
import { oneLine } from "../cleanText.js";
import { openPdf } from "../pdf/document.js";
import { PageHeadings } from "../pdf/headings.js";
import { paragraphsOf, printedLines } from "../pdf/lines.js";
import { outlineOf } from "../pdf/outline.js";
import type { DocumentReader, Reading } from "../reader.js";

/** Pages after which fonts and other things that pages share are let go. */
const KEPT_PAGES = 50;

/** PDF: the text of each page, under the titles of the outline or the large lines; nothing spans two pages. */
export const pdfReader: DocumentReader = {
  kinds: ["pdf"],
  async *read(file, reading) {
    await using pdf = await openPdf(file);
    const { document } = pdf;
    if (document.numPages > reading.limits.pages)
      throw new MemosError(
        "TOO_LARGE",
        `${file.name} has ${document.numPages} pages, more than ${reading.limits.pages}.`,
      );
    reading.about({ pages: document.numPages });
    reading.alive();
    yield* chunksOf(blocks(document, file.name, reading), "text", reading);
  },
};

async function* blocks(
  document: PDFDocumentProxy,
  name: string,
  reading: Reading,
): AsyncGenerator<Block, void, undefined> {
  const title = await titleOf(document);
  if (title !== "") reading.about({ title });
  const headings = new PageHeadings(await outlineOf(document, reading.limits.outlineEntries));
  let empty = 0;
  let failed = 0;
  for (let number = 1; number <= document.numPages; number++) {
    reading.alive();
    let found: Block[];
    try {
      found = await pageBlocks(document, number, headings);
    } catch (error) {
      failed++;
      const reason = error instanceof Error ? error.message : String(error);
      reading.warn("PAGE_DAMAGED", `Page ${number} could not be read: ${oneLine(reason)}`);
      continue;
    }
    if (found.length === 0) empty++;
    yield* found;
    if (number % KEPT_PAGES === 0) await document.cleanup();
  }
  if (failed === document.numPages)
    throw new MemosError("DOCUMENT_INVALID", `${name} is damaged: none of its pages can be read.`);
  if (empty + failed === document.numPages)
    throw new MemosError(
      "DOCUMENT_INVALID",
      `${name} has no text: its pages are empty, or pictures of text.`,
    );
  if (empty > 0)
    reading.warn(
      "PAGES_WITHOUT_TEXT",
      `${empty} of ${document.numPages} pages have no text; they may be pictures.`,
    );
}

async function pageBlocks(
  document: PDFDocumentProxy,
  number: number,
  headings: PageHeadings,
): Promise<Block[]> {
  const page = await document.getPage(number);
  try {
    return headings.blocks(number, paragraphsOf(printedLines(await page.getTextContent())));
  } finally {
    page.cleanup();
  }
}

async function titleOf(document: PDFDocumentProxy): Promise<string> {
  const metadata = await document.getMetadata().catch(() => undefined);
  const title: unknown = (metadata?.info as { Title?: unknown } | undefined)?.Title;
  return typeof title === "string" ? oneLine(title) : "";
}
