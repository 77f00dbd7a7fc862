import type { IncomingMessage } from "node:http";
import { isMemosError, MemosError } from "../memcube/index.js";
import { decodeUtf8 } from "./json.js";
import { HTTP_LIMITS } from "./limits.js";

const NEWLINE = 0x0a;

/** One line of a body, or why it cannot be read. */
export type Line = { readonly text: string } | { readonly fault: string };

/** Collects the bytes of one line, and of a line that is too long only the fact. */
class LineBuffer {
  #parts: Buffer[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  push(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > HTTP_LIMITS.lineBytes) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  take(): Line {
    const tooLong = this.#bytes > HTTP_LIMITS.lineBytes;
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    if (tooLong) return { fault: `The line is over ${HTTP_LIMITS.lineBytes} bytes.` };
    try {
      return { text: decodeUtf8(bytes) };
    } catch (error) {
      if (isMemosError(error)) return { fault: error.message };
      throw error;
    }
  }
}

/**
 * The lines of a request body as they arrive. Nothing is read before it is asked for, so that a slow
 * consumer slows the sender, and no more than one line is held.
 */
export async function* readLines(request: IncomingMessage): AsyncGenerator<Line> {
  const line = new LineBuffer();
  try {
    // A consumer that stops early still has to answer: the connection stays.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes: Buffer = chunk;
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        line.push(bytes.subarray(start, end));
        start = end + 1;
        yield line.take();
      }
      line.push(bytes.subarray(start));
    }
  } catch (cause) {
    if (!request.errored) throw cause;
    throw new MemosError("ABORTED", "The connection closed before the stream was complete.", { cause });
  }
  if (!line.isEmpty) yield line.take();
}
