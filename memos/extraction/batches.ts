import type { ExtractionCandidate, ExtractionNote } from "./schema.js";

/** A text or title of which only the beginning was shown to the model. */
export interface ShownInPart {
  readonly handle: string;
  readonly field: "text" | "title";
  /** Characters (UTF-16 units) of the whole text, and of the part that was shown. */
  readonly characters: number;
  readonly shown: number;
}

/** The item with its texts cut to the limit, between characters. */
export function shorten<T extends ExtractionNote | ExtractionCandidate>(
  item: T,
  characters: number,
  cuts: ShownInPart[],
): T {
  const cut = (whole: string, field: ShownInPart["field"]): string => {
    // A cut between two surrogates would leave half a character, which strict servers refuse.
    const shown = whole
      .slice(0, characters)
      .toWellFormed()
      .replace(/\ufffd$/, "");
    if (whole.length > characters)
      cuts.push({ handle: item.handle, field, characters: whole.length, shown: shown.length });
    return whole.length > characters ? shown : whole.toWellFormed();
  };
  return {
    ...item,
    text: cut(item.text, "text"),
    ...(item.title === undefined ? {} : { title: cut(item.title, "title") }),
  };
}

/** Notes in the order given, as many in a call as both limits allow and at least one. */
export function batchesOf(
  notes: readonly ExtractionNote[],
  notesPerCall: number,
  charactersPerCall: number,
): ExtractionNote[][] {
  const batches: ExtractionNote[][] = [];
  let left = 0;
  for (const note of notes) {
    const size = note.text.length + (note.title?.length ?? 0);
    const batch = batches.at(-1);
    if (batch === undefined || batch.length === notesPerCall || size > left) {
      batches.push([note]);
      left = charactersPerCall - size;
    } else {
      batch.push(note);
      left -= size;
    }
  }
  return batches;
}
