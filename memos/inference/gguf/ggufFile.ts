import { type FileHandle, open, stat } from "node:fs/promises";
import { MemosError } from "../../../memcube/index.js";
import { Cursor, truncated } from "./cursor.js";
import { ggmlLayout } from "./ggmlType.js";
import { type GgufHeader, readGgufHeader, type TensorEntry } from "./header.js";

/** Bytes that are read at once, about. */
const PIECE_BYTES = 512 * 1024;

/** A GGUF file that is open, its header read. Whoever opens it closes it. */
export class GgufFile {
  readonly #file: FileHandle;
  readonly size: number;
  readonly header: GgufHeader;

  private constructor(file: FileHandle, size: number, header: GgufHeader) {
    this.#file = file;
    this.size = size;
    this.header = header;
  }

  /**
   * @param what the file should be, for errors; nothing is checked of it.
   * @throws MemosError NOT_FOUND for a path without a file; MODEL_INVALID for a file that is no GGUF file or is
   * truncated.
   */
  static async open(path: string, what: "model" | "adapter" = "model"): Promise<GgufFile> {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) throw new MemosError("NOT_FOUND", `There is no ${what} file ${path}.`);
    // Opening a pipe would wait for its other end.
    if (!found.isFile()) throw new MemosError("MODEL_INVALID", `${path} is not a file.`);
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      return new GgufFile(file, size, await readGgufHeader(new Cursor(file, size)));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * The bytes of a stretch of the file, in pieces that are done with before the next is asked for.
   *
   * @param atOnce bytes of each piece but the last.
   * @throws MemosError MODEL_INVALID when the file has become shorter.
   */
  async *bytes(start: number, end: number, atOnce: number = PIECE_BYTES): AsyncGenerator<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.min(atOnce, end - start));
    for (let at = start; at < end; ) {
      const wanted = Math.min(atOnce, end - at);
      let filled = 0;
      while (filled < wanted) {
        const { bytesRead } = await this.#file.read(buffer, filled, wanted - filled, at + filled);
        if (bytesRead === 0) throw truncated();
        filled += bytesRead;
      }
      yield buffer.subarray(0, wanted);
      at += wanted;
    }
  }

  /** The data of a tensor in pieces of whole rows: at least one, about 512 KB. Otherwise as `bytes`. */
  async *rows({ dimensions, type, offset, bytes }: TensorEntry): AsyncGenerator<Buffer> {
    const { elements, bytes: blockBytes } = ggmlLayout(type) ?? { elements: 1, bytes: 1 };
    const rowBytes = ((dimensions[0] ?? 1) / elements) * blockBytes;
    const atOnce = Math.max(1, Math.floor(PIECE_BYTES / rowBytes)) * rowBytes;
    yield* this.bytes(offset, offset + bytes, atOnce);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
