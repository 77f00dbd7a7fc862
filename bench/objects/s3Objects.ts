import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** In quotation marks, as in the header. */
  readonly etag: string;
  readonly modified: number;
  readonly file: string;
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly begun: number;
  readonly parts: Map<number, StoredObject>;
}

/** What a conditional request demands of the object that is there. */
export interface Condition {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** Does not fit into what the bucket may hold. */
export class QuotaFull extends Error {}

/** What was demanded of the object that is there does not hold. */
export class ConditionFailed extends Error {}

/** The objects of one bucket: their names in memory, their bytes in files of a folder. */
export class S3Objects {
  /** How many bytes the bucket may hold. */
  quotaBytes = Number.POSITIVE_INFINITY;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #objects = new Map<string, StoredObject>();
  readonly #uploads = new Map<string, Upload>();
  #bytes = 0;

  constructor(folder: string, now: () => number) {
    this.#folder = folder;
    this.#now = now;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  /** In the order of their names. */
  list(prefix: string): StoredObject[] {
    return [...this.#objects.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Bytes `start` up to `end`: of a large object a reader asks for small parts, thousands of times. */
  async read(object: StoredObject, start = 0, end = object.bytes): Promise<Buffer> {
    const file = await open(object.file);
    try {
      const bytes = Buffer.allocUnsafe(end - start);
      await file.read(bytes, 0, bytes.length, start);
      return bytes;
    } finally {
      await file.close();
    }
  }

  async put(key: string, bytes: Buffer, condition: Condition = {}): Promise<StoredObject> {
    const object = await this.#write(key, bytes, `"${createHash("md5").update(bytes).digest("hex")}"`);
    return this.#place(object, condition);
  }

  async remove(key: string): Promise<void> {
    const object = this.#objects.get(key);
    if (object === undefined) return;
    this.#objects.delete(key);
    this.#bytes -= object.bytes;
    await rm(object.file, { force: true });
  }

  begin(key: string): Upload {
    const upload: Upload = { id: randomUUID(), key, begun: this.#now(), parts: new Map() };
    this.#uploads.set(upload.id, upload);
    return upload;
  }

  upload(id: string): Upload | undefined {
    return this.#uploads.get(id);
  }

  uploads(prefix: string): Upload[] {
    return [...this.#uploads.values()].filter(({ key }) => key.startsWith(prefix));
  }

  async part(upload: Upload, number: number, bytes: Buffer): Promise<StoredObject> {
    const part = await this.#write(upload.key, bytes, `"${createHash("md5").update(bytes).digest("hex")}"`);
    if (this.#bytes + bytes.length > this.quotaBytes) throw new QuotaFull();
    upload.parts.set(number, part);
    return part;
  }

  async complete(upload: Upload, numbers: readonly number[], condition: Condition): Promise<StoredObject> {
    const parts = numbers.map((number) => upload.parts.get(number) as StoredObject);
    const bytes = Buffer.concat(await Promise.all(parts.map((part) => this.read(part))));
    const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag.slice(1, -1), "hex")));
    const etag = `"${createHash("md5").update(digests).digest("hex")}-${parts.length}"`;
    const object = this.#place(await this.#write(upload.key, bytes, etag), condition);
    await this.abort(upload);
    return object;
  }

  async abort(upload: Upload): Promise<void> {
    this.#uploads.delete(upload.id);
    for (const { file } of upload.parts.values()) await rm(file, { force: true });
  }

  async #write(key: string, bytes: Buffer, etag: string): Promise<StoredObject> {
    await mkdir(this.#folder, { recursive: true });
    const file = join(this.#folder, randomUUID());
    await writeFile(file, bytes);
    return { key, bytes: bytes.length, etag, modified: this.#now(), file };
  }

  /** Looks and replaces in one step: of several that want a name to be free, one gets it. */
  #place(object: StoredObject, { ifMatch, ifNoneMatch }: Condition): StoredObject {
    const before = this.#objects.get(object.key);
    const failed =
      (ifNoneMatch === "*" && before !== undefined) || (ifMatch !== undefined && ifMatch !== before?.etag);
    const bytes = this.#bytes - (before?.bytes ?? 0) + object.bytes;
    if (failed || bytes > this.quotaBytes) {
      void rm(object.file, { force: true });
      throw failed ? new ConditionFailed() : new QuotaFull();
    }
    this.#objects.set(object.key, object);
    this.#bytes = bytes;
    if (before !== undefined) void rm(before.file, { force: true });
    return object;
  }
}
