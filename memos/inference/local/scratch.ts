import { randomUUID } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";

/** Only its owner can read it: it holds what prompts say. */
const PRIVATE = 0o600;

/** Room that is kept for the next state; that of a larger one is given back. */
const KEPT_BYTES = 512 * 1024 * 1024;

/** Where one state is on its way from its file to llama.cpp. */
export interface Room {
  readonly path: string;
  /** Open for writing; what an earlier state has left in it is to be written over or cut off. */
  readonly file: FileHandle;
  /** Memory of this length, until the room is given back. */
  buffer(bytes: number): Buffer;
}

/**
 * Room for states, used again: memory and a file whose pages are there already cost a third of new ones. Who comes
 * while it is in use gets room of their own.
 */
export class Scratch {
  readonly #folder: string;
  #kept: { readonly path: string; readonly file: FileHandle } | undefined;
  #memory = Buffer.alloc(0);
  #taken = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async lend<T>(work: (room: Room) => Promise<T>): Promise<T> {
    if (this.#taken) return this.#own(work);
    this.#taken = true;
    try {
      this.#kept ??= await this.#open();
      const { path, file } = this.#kept;
      return await work({ path, file, buffer: (bytes) => this.#grown(bytes) });
    } finally {
      await this.#shrink();
      this.#taken = false;
    }
  }

  async #own<T>(work: (room: Room) => Promise<T>): Promise<T> {
    const { path, file } = await this.#open();
    try {
      return await work({ path, file, buffer: (bytes) => Buffer.allocUnsafeSlow(bytes) });
    } finally {
      await close(path, file);
    }
  }

  #grown(bytes: number): Buffer {
    if (this.#memory.length < bytes) this.#memory = Buffer.allocUnsafeSlow(bytes);
    return this.#memory.subarray(0, bytes);
  }

  async #shrink(): Promise<void> {
    if (this.#memory.length <= KEPT_BYTES || this.#kept === undefined) return;
    const { path, file } = this.#kept;
    this.#kept = undefined;
    this.#memory = Buffer.alloc(0);
    await close(path, file);
  }

  async #open(): Promise<{ path: string; file: FileHandle }> {
    const path = join(this.#folder, `${randomUUID()}.state`);
    return { path, file: await open(path, "wx", PRIVATE) };
  }
}

async function close(path: string, file: FileHandle): Promise<void> {
  await file.close();
  await rm(path, { force: true });
}
