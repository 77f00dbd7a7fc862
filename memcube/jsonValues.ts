const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;

/**
 * An upper bound of the values in a JSON text, counted before anything is built from it: every value begins
 * the text, an array or an object, or follows a comma. Inside strings nothing counts.
 *
 *     {"a":[1,"x,y"],"b":{}}      1 text + 3 openings + 2 commas = 6
 */
export function countJsonValues(utf8: Uint8Array): number {
  let count = 1;
  let inString = false;
  for (let at = 0; at < utf8.length; at++) {
    const byte = utf8[at];
    if (byte === QUOTE) inString = !inString;
    else if (inString) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === COMMA || byte === OPEN_ARRAY || byte === OPEN_OBJECT) count++;
  }
  return count;
}
