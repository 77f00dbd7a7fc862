import { MemosError } from "../../../../memcube/index.js";
import { IMPORT_LIMITS } from "./limits.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const BLANK = new Set([0x20, 0x09, 0x0a, 0x0d]);
const BYTE_ORDER_MARK = new Set([0xef, 0xbb, 0xbf]);

/**
 * The elements of a JSON array as they come, one at a time: an export of hundreds of megabytes is never held whole.
 * Elements are cut out by their brackets and parsed by the platform.
 *
 * @throws MemosError INVALID_INPUT that says where the array breaks; TOO_LARGE for one element.
 */
export async function* arrayElements(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<unknown> {
  let depth = 0;
  let inText = false;
  let escaped = false;
  let ended = false;
  let count = 0;
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const broken = (why: string) =>
    new MemosError("INVALID_INPUT", `${name} ${why} (after ${count} whole conversations).`);
  const keep = (part: Uint8Array) => {
    bytes += part.length;
    if (bytes > IMPORT_LIMITS.conversationBytes)
      throw new MemosError(
        "TOO_LARGE",
        `A conversation of ${name} is over ${IMPORT_LIMITS.conversationBytes} bytes.`,
      );
    if (part.length > 0) parts.push(part);
  };
  const taken = (): unknown => {
    const text = Buffer.concat(parts).toString("utf8");
    parts = [];
    bytes = 0;
    try {
      return JSON.parse(text);
    } catch {
      throw broken("is not valid JSON");
    }
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inText = false;
        continue;
      }
      if (depth === 0) {
        if (BLANK.has(byte) || (!ended && BYTE_ORDER_MARK.has(byte))) continue;
        if (ended || byte !== 0x5b) throw broken("is not a list of conversations");
        depth = 1;
        from = at + 1;
        continue;
      }
      if (byte === QUOTE) inText = true;
      else if (OPENING.has(byte)) depth += 1;
      else if (CLOSING.has(byte)) depth -= 1;
      const separates = depth === 1 && byte === COMMA;
      if (!separates && depth > 0) continue;
      keep(chunk.subarray(from, at));
      from = at + 1;
      const blank = parts.every((part) => part.every((one) => BLANK.has(one)));
      // An empty list has no element; a comma without one before it is a fault.
      if (!(blank && depth === 0 && count === 0)) {
        yield taken();
        count += 1;
      }
      parts = [];
      bytes = 0;
      ended = depth === 0;
    }
    if (depth > 0) keep(chunk.subarray(from).slice());
  }
  if (!ended) throw broken("ends in its middle");
}
