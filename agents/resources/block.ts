import type { Position } from "./chunk.js";

/** A title, under which stands what follows until the next one of the same level or above. */
export interface Heading {
  readonly kind: "heading";
  /** 1 is the outermost. */
  readonly level: number;
  readonly text: string;
  readonly position: Position;
  /** True when the document does not show the title here: nothing is lost when nothing stands under it. */
  readonly implied?: true;
}

/** What is not cut apart as long as it fits into a chunk. */
export interface Passage {
  readonly kind: "paragraph" | "list" | "table" | "code";
  readonly text: string;
  readonly position: Position;
  /** The first line of what code declares. */
  readonly label?: string;
}

/** What a reader finds in a document, in its order. */
export type Block = Heading | Passage;
