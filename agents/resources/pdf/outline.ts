import type { PDFDocumentProxy } from "pdfjs-dist";
import { oneLine } from "../cleanText.js";

/** A title of the outline (the bookmarks) of a PDF. */
export interface OutlineTitle {
  readonly title: string;
  readonly level: number;
}

type Item = Awaited<ReturnType<PDFDocumentProxy["getOutline"]>>[number];

/** Levels that a heading can have; what is deeper counts as the last. */
const LEVELS = 6;

/**
 * The titles of a document's outline by the page on which they begin, at most `most` of them. What leads to no page
 * is left out.
 */
export async function outlineOf(
  document: PDFDocumentProxy,
  most: number,
): Promise<ReadonlyMap<number, readonly OutlineTitle[]>> {
  const titles = new Map<number, OutlineTitle[]>();
  const waiting = ((await document.getOutline().catch(() => null)) ?? []).map((item) => ({ item, level: 1 }));
  for (let seen = 0; seen < most; seen++) {
    const next = waiting.shift();
    if (next === undefined) break;
    const { item, level } = next;
    waiting.unshift(...item.items.map((child: Item) => ({ item: child, level: level + 1 })));
    const page = await pageOf(document, item).catch(() => undefined);
    const title = oneLine(item.title);
    if (page === undefined || title === "") continue;
    const there = titles.get(page);
    const entry = { title, level: Math.min(level, LEVELS) };
    if (there === undefined) titles.set(page, [entry]);
    else there.push(entry);
  }
  return titles;
}

async function pageOf(document: PDFDocumentProxy, item: Item): Promise<number | undefined> {
  const target = typeof item.dest === "string" ? await document.getDestination(item.dest) : item.dest;
  const page: unknown = target?.[0];
  if (typeof page === "number") return page + 1;
  if (typeof page !== "object" || page === null || !("num" in page) || !("gen" in page)) return undefined;
  const { num, gen } = page;
  if (typeof num !== "number" || typeof gen !== "number") return undefined;
  return (await document.getPageIndex({ num, gen })) + 1;
}
