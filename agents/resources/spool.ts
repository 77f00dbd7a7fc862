import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A temporary file without a name: nobody else can open it, and it is gone with this process, whatever happens. */
export async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `memos-${randomUUID()}`);
  const handle = await open(path, "wx+", 0o600);
  await unlink(path);
  return handle;
}

/** Records that wait on disk until all of them are known. */
export class Spool<T> {
  readonly #handle: FileHandle;
  /** Where each record begins; the last is where the next one will. */
  readonly #begins = [0];

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async open<T>(): Promise<Spool<T>> {
    return new Spool<T>(await openNameless());
  }

  get length(): number {
    return this.#begins.length - 1;
  }

  async push(record: T): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(record));
    const begin = this.#begins.at(-1) ?? 0;
    await this.#handle.write(bytes, 0, bytes.length, begin);
    this.#begins.push(begin + bytes.length);
  }

  async at(index: number): Promise<T> {
    const begin = this.#begins[index] ?? 0;
    const bytes = Buffer.alloc((this.#begins[index + 1] ?? begin) - begin);
    await this.#handle.read(bytes, 0, bytes.length, begin);
    return JSON.parse(bytes.toString()) as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}
