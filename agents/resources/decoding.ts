import { TextDecoder } from "node:util";
import { MemosError } from "../../memcube/index.js";
import { cutText, firstCut } from "./cutText.js";
import type { DocumentFile } from "./documentFile.js";
import type { Reading } from "./reader.js";

/** Bytes in which a file must not hold a zero byte to be taken for text. */
const SAMPLE_BYTES = 8_192;

const REPLACEMENT = /\ufffd/g;

/**
 * The text of a file, a piece at a time: in the encoding that its byte order mark names, else `declared`, else UTF-8.
 * What cannot be read becomes U+FFFD, with a warning.
 *
 * @throws MemosError DOCUMENT_INVALID when there is more of that than in a damaged text, or a zero byte.
 */
export async function* textOf(
  file: DocumentFile,
  { limits, warn, alive }: Reading,
  declared?: (head: string) => string | undefined,
): AsyncGenerator<string, void, undefined> {
  const head = await file.read(0, SAMPLE_BYTES);
  const encoding = byteOrderMark(head) ?? declared?.(Buffer.from(head).toString("latin1")) ?? "utf-8";
  const decoder = decoderOf(encoding);
  const wide = decoder.encoding.startsWith("utf-16");
  const noText = () =>
    new MemosError("DOCUMENT_INVALID", `${file.name} holds bytes that are no text (${decoder.encoding}).`);
  if (!wide && head.includes(0)) throw noText();
  let characters = 0;
  let unreadable = 0;
  const counted = (piece: string) => {
    characters += piece.length;
    unreadable += piece.match(REPLACEMENT)?.length ?? 0;
    return piece;
  };
  for await (const bytes of file.stream()) {
    alive();
    const piece = counted(decoder.decode(bytes, { stream: true }));
    if (unreadable > Math.max(SAMPLE_BYTES, characters) * limits.unreadableShare) throw noText();
    if (piece !== "") yield piece;
  }
  const rest = counted(decoder.decode());
  if (unreadable > characters * limits.unreadableShare) throw noText();
  if (rest !== "") yield rest;
  if (unreadable > 0)
    warn("UNREADABLE_CHARACTERS", `${unreadable} places could not be read as ${decoder.encoding}.`);
}

/** A line with its number, counted from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** The lines of a text that comes in pieces. One that is longer than `most` comes in parts of the same number. */
export async function* linesOf(
  pieces: AsyncIterable<string>,
  most: number,
): AsyncGenerator<Line, void, undefined> {
  let number = 1;
  let rest = "";
  for await (const piece of pieces) {
    rest += piece;
    // A carriage return at the end may be half of a line break.
    const held = rest.endsWith("\r") ? "\r" : "";
    const lines = rest.slice(0, rest.length - held.length).split(/\r\n|\r|\n/);
    rest = (lines.pop() ?? "") + held;
    for (const text of lines) yield* parts({ number: number++, text }, most);
    while (rest.length > most) {
      const end = firstCut(rest.slice(0, most));
      yield { number, text: rest.slice(0, end) };
      rest = rest.slice(end);
    }
  }
  const last = rest.replace(/\r$/, "");
  if (last !== "") yield* parts({ number, text: last }, most);
}

function* parts({ number, text }: Line, most: number): Generator<Line, void, undefined> {
  if (text.length <= most) yield { number, text };
  else for (const { start, end } of cutText(text, most)) yield { number, text: text.slice(start, end) };
}

function byteOrderMark([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xef && second === 0xbb && third === 0xbf ? "utf-8" : undefined;
}

/** An encoding that nobody knows is read as UTF-8: whether that was right is counted. */
function decoderOf(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch {
    return new TextDecoder();
  }
}
