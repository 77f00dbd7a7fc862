import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ingestResource, openDocument, RESOURCE_LIMITS, readDocument } from "../agents/resources/index.js";
import { hundredths } from "../eval/metrics/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { eq, MemOS } from "../memos/index.js";
import { PeakMemory } from "./memory.js";
import { type Report, seldom } from "./progress.js";
import { type PdfPage, pdfFile } from "./resources/pdfFile.js";
import { withTemporaryFolder } from "./temporaryFolder.js";
import { syntheticTexts } from "./text.js";

const SCOPE = { tenant: "acme", user: "ana" };

/** Texts of one page, and characters of a printed line. */
const TEXTS_PER_PAGE = 14;
const LINE_CHARACTERS = 90;

/** Pages between two entries of the outline. */
const CHAPTER_PAGES = 25;

const PAGE_OF_LIST = 1_000;

export interface ResourcesBenchResult {
  readonly pages: number;
  readonly fileBytes: number;
  readonly chunks: number;
  /** From the file to the last chunk on disk and searchable. */
  readonly seconds: number;
  readonly pagesPerSecond: number;
  /** Chunks that do not say on which page they stand, and pages that no chunk cites. */
  readonly uncited: number;
  readonly pagesWithoutChunk: number;
  /** The most that this process and the one that reads, which ends before anything is written, had resident. */
  readonly rssMB: number;
  readonly ownRssMB: number;
  readonly readerRssMB: number;
  /** The same file once more: it has not changed. */
  readonly again: { readonly status: string; readonly milliseconds: number };
  /** `seconds` against parsing alone. */
  readonly ratio: number;
  readonly baseline: {
    /** The same file read into the same chunks without storing them. */
    readonly seconds: number;
    readonly pagesPerSecond: number;
    readonly rssMB: number;
  };
}

/** Measures how fast a PDF is taken in, and how much memory that needs, beside parsing it alone. */
export function runResourcesBench(
  { pages, signal }: { readonly pages: number; readonly signal?: AbortSignal },
  report: Report,
): Promise<ResourcesBenchResult> {
  return withTemporaryFolder(async (folder) => {
    const path = join(folder, "long.pdf");
    const chapters = Array.from({ length: Math.ceil(pages / CHAPTER_PAGES) }, (_, index) => ({
      title: `Chapter ${index + 1}`,
      page: index * CHAPTER_PAGES + 1,
    }));
    await pipeline(
      Readable.from(pdfFile(pagesOf(pages), { title: "A long document", outline: chapters })),
      createWriteStream(path),
    );
    throwIfAborted(signal);
    const baseline = await parsed(path, pages, signal);
    report(`${pages} pages parsed in ${baseline.seconds} s`);
    const said = seldom(report);
    using memory = new PeakMemory();
    const memos = await MemOS.open({ path: join(folder, "store") });
    try {
      let besideReaderMB = 0;
      const receipt = await ingestResource(memos, path, SCOPE, {
        ...(signal === undefined ? {} : { signal }),
        onProgress: ({ stage, chunks }) => {
          if (stage === "reading") besideReaderMB = memory.megabytes;
          said(() => `${stage}: ${chunks} chunks`);
        },
      });
      const seconds = hundredths(receipt.milliseconds / 1_000);
      const ownRssMB = memory.megabytes;
      const readerRssMB = Math.round(receipt.reading.peakBytes / 1e6);
      const again = await ingestResource(memos, path, SCOPE);
      const cited = await citedPages(memos);
      return {
        pages,
        fileBytes: receipt.bytes,
        chunks: receipt.chunks.total,
        seconds,
        pagesPerSecond: hundredths(pages / seconds),
        uncited: cited.without,
        pagesWithoutChunk: pages - cited.pages.size,
        rssMB: Math.max(ownRssMB, besideReaderMB + readerRssMB),
        ownRssMB,
        readerRssMB,
        again: { status: again.status, milliseconds: hundredths(again.milliseconds) },
        ratio: hundredths(seconds / baseline.seconds),
        baseline,
      };
    } finally {
      await memos.close();
    }
  });
}

/** The same reading without storing. */
async function parsed(path: string, pages: number, signal: AbortSignal | undefined) {
  using memory = new PeakMemory();
  const started = performance.now();
  await using document = await openDocument(path, RESOURCE_LIMITS, signal);
  const result = { about: {}, warnings: [], peakBytes: 0 };
  for await (const _ of readDocument(document.file, "pdf", RESOURCE_LIMITS, result, signal));
  const seconds = hundredths((performance.now() - started) / 1_000);
  return {
    seconds,
    pagesPerSecond: hundredths(pages / seconds),
    rssMB: memory.megabytes + Math.round(result.peakBytes / 1e6),
  };
}

function* pagesOf(count: number): Generator<PdfPage, void, undefined> {
  for (let page = 0; page < count; page++) {
    const chapter = page / CHAPTER_PAGES + 1;
    const heading = Number.isInteger(chapter) ? [{ text: `Chapter ${chapter}`, size: 18 }, ""] : [];
    const texts = syntheticTexts(TEXTS_PER_PAGE, page * TEXTS_PER_PAGE);
    yield { lines: [...heading, ...texts.flatMap((text) => [...printed(text), ""])] };
  }
}

function printed(text: string): string[] {
  const lines = text.match(new RegExp(`.{1,${LINE_CHARACTERS}}(?:\\s|$)`, "g")) ?? [text];
  return lines.map((line) => line.trim());
}

async function citedPages(memos: MemOS): Promise<{ pages: Set<unknown>; without: number }> {
  const pages = new Set<unknown>();
  let without = 0;
  for (let cursor: string | undefined; ; ) {
    const list = await memos.list(SCOPE, {
      where: eq("metadata.resource", "chunk"),
      limit: PAGE_OF_LIST,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { attributes } of list.cubes) {
      const { pageFrom } = attributes.metadata;
      if (typeof pageFrom === "number") pages.add(pageFrom);
      else without++;
    }
    cursor = list.cursor;
    if (cursor === undefined) return { pages, without };
  }
}
