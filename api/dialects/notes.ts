export const NOTES_HEADER = "x-memos-notes";

/** Bytes of that header. */
export const NOTES_BYTES = 4_096;

export interface Note {
  /** `ignored` names a field that changes nothing here; the others are codes of warnings. */
  readonly code: string;
  readonly message: string;
}

/**
 * What a caller is to know and the answers of a dialect have no field for. It is in a header of every answer, and under
 * `memos` in those that are objects.
 */
export class Notes {
  readonly #notes: Note[] = [];

  add(code: string, message: string): void {
    this.#notes.push({ code, message });
  }

  addAll(notes: readonly Note[]): void {
    for (const { code, message } of notes) this.add(code, message);
  }

  /** Names the fields of an input that were given and change nothing here. */
  ignored(input: Readonly<Record<string, unknown>>, names: readonly string[]): void {
    for (const name of names)
      if (input[name] !== undefined && input[name] !== null && input[name] !== false)
        this.add("ignored", `\`${name}\` changes nothing here.`);
  }

  get all(): readonly Note[] {
    return this.#notes;
  }

  /** As JSON in ASCII, cut to as many notes as fit; undefined when there is nothing to say. */
  header(): string | undefined {
    const count = this.#notes.length;
    if (count === 0) return undefined;
    // A note that is not shown is not written out either: there may be thousands.
    const shown: string[] = [];
    for (let bytes = 1; shown.length < count; ) {
      const note = ascii(JSON.stringify(this.#notes[shown.length]));
      bytes += note.length + 1;
      if (bytes > NOTES_BYTES) break;
      shown.push(note);
    }
    if (shown.length === count) return `[${shown.join(",")}]`;
    for (;;) {
      const more = JSON.stringify({ code: "more", message: `${count - shown.length}` });
      const text = `[${[...shown, more].join(",")}]`;
      if (text.length <= NOTES_BYTES || shown.pop() === undefined) return text;
    }
  }
}

function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
