import { constants } from "node:buffer";
import { createReadStream } from "node:fs";
import { MemosError } from "../../memcube/index.js";

const NEWLINE = 0x0a;

/** Bytes of a line: what a string of this runtime has room for, which is no less than 512 MiB. */
export const LINE_BYTES = constants.MAX_STRING_LENGTH;

/**
 * The values of a file with one JSON value a line; empty lines are none. Lines end at line feeds alone: the
 * text of a book may hold other characters that Node takes for the end of a line.
 *
 * @throws MemosError INVALID_INPUT for a line that is not JSON, or longer than a string can be.
 */
export async function readJsonLines(path: string, mostBytes: number = LINE_BYTES): Promise<unknown[]> {
  const values: unknown[] = [];
  let number = 0;
  for await (const line of linesOf(path, mostBytes)) {
    number++;
    if (line.trim() === "") continue;
    try {
      values.push(JSON.parse(line));
    } catch (cause) {
      throw new MemosError("INVALID_INPUT", `${path}, line ${number}: not JSON, or cut short`, { cause });
    }
  }
  return values;
}

async function* linesOf(path: string, mostBytes: number): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let number = 1;
  let length = 0;
  const add = (part: Buffer) => {
    length += part.length;
    if (length > mostBytes)
      throw new MemosError(
        "INVALID_INPUT",
        `${path}, line ${number}: longer than ${mostBytes} bytes, which no row can be; a JSONL file has one row a line`,
      );
    parts.push(part);
  };
  const take = (end: Buffer) => {
    add(end);
    const line = Buffer.concat(parts).toString("utf8");
    parts = [];
    length = 0;
    number++;
    return line;
  };
  for await (const chunk of createReadStream(path)) {
    const bytes: Buffer = chunk;
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      yield take(bytes.subarray(start, end));
      start = end + 1;
    }
    add(bytes.subarray(start));
  }
  yield take(Buffer.alloc(0));
}
