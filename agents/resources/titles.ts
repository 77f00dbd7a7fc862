import { LIMITS } from "../../memcube/index.js";
import type { Chunk } from "./chunk.js";
import { oneLine } from "./cleanText.js";

/** Between the titles of a path. */
const BELOW = " › ";

/** The title of a chunk: the document, the headings it stands under, and its page. */
export function chunkTitle(document: string, { headings, position }: Chunk): string {
  const titles = headings.map(oneLine).filter((title) => title !== "");
  const path = titles[0] === document ? titles : [document, ...titles];
  const page = position.pages === undefined ? "" : `, page ${position.pages[0]}`;
  return `${shortened(path.join(BELOW), LIMITS.titleCharacters - page.length)}${page}`;
}

/** A title as a cube may have it. */
export function shortened(title: string, most: number = LIMITS.titleCharacters): string {
  return title.length <= most ? title : `${title.slice(0, most - 1).toWellFormed()}…`;
}
