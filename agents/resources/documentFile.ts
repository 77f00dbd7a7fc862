import { read } from "node:fs";
import { promisify } from "node:util";

const readAt = promisify(read);

/** Bytes that are read at once. */
const PIECE_BYTES = 64 * 1024;

/** The bytes of one open document. Whoever opened it closes it. */
export class DocumentFile {
  constructor(
    readonly fd: number,
    /** Without folders. */
    readonly name: string,
    readonly bytes: number,
  ) {}

  /** The bytes from `offset`, fewer than `length` only at the end of the document. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.bytes - offset));
    const buffer = new Uint8Array(wanted);
    let filled = 0;
    while (filled < wanted) {
      const { bytesRead } = await readAt(this.fd, buffer, filled, wanted - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  }

  /** All bytes, a piece at a time. */
  async *stream(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = 0; at < this.bytes; ) {
      const piece = await this.read(at, PIECE_BYTES);
      if (piece.length === 0) return;
      at += piece.length;
      yield piece;
    }
  }
}
