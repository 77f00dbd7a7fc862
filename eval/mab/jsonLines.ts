import { createReadStream } from "node:fs";
import { MemosError } from "../../memcube/index.js";

const NEWLINE = 0x0a;

/**
 * The values of a file with one JSON value a line; empty lines are none. Lines end at line feeds alone: the
 * text of a book may hold other characters that Node takes for the end of a line.
 *
 * @throws MemosError INVALID_INPUT for a line that is not JSON.
 */
export async function readJsonLines(path: string): Promise<unknown[]> {
  const values: unknown[] = [];
  let number = 0;
  for await (const line of linesOf(path)) {
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

async function* linesOf(path: string): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  const take = (end: Buffer) => {
    const line = Buffer.concat([...parts, end]).toString("utf8");
    parts = [];
    return line;
  };
  for await (const chunk of createReadStream(path)) {
    const bytes: Buffer = chunk;
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      yield take(bytes.subarray(start, end));
      start = end + 1;
    }
    parts.push(bytes.subarray(start));
  }
  yield take(Buffer.alloc(0));
}
