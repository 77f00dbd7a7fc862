import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { DocumentFile } from "../../../../agents/resources/documentFile.js";
import { RESOURCE_LIMITS } from "../../../../agents/resources/index.js";
import { ZipArchive } from "../../../../agents/resources/zipArchive.js";
import { MemosError } from "../../../../memcube/index.js";
import { arrayElements } from "./arrayElements.js";
import { IMPORT_LIMITS } from "./limits.js";

const CONVERSATIONS = /(?:^|\/)conversations(?:-\d+)?\.json$/;

/** As for documents, but pictures and sound of years lie beside the conversations. */
const ZIP_LIMITS = {
  ...RESOURCE_LIMITS,
  inflatedBytes: IMPORT_LIMITS.unpackedBytes,
  zipEntries: IMPORT_LIMITS.zipEntries,
};

/**
 * The conversations of a data export: of its `conversations.json`, or of the zip file that it came in. Each call of what
 * is returned reads them from the beginning.
 *
 * @throws MemosError INVALID_INPUT for a file that cannot be read or has no conversations; DOCUMENT_INVALID for a
 * damaged zip file; TOO_LARGE.
 */
export async function openExport(path: string): Promise<() => AsyncGenerator<unknown>> {
  const file = await opened(path);
  try {
    const zipped = await isZip(file, path);
    if (zipped && (await archiveOf(file, path)).paths.every((name) => !CONVERSATIONS.test(name)))
      throw new MemosError("INVALID_INPUT", `${path} holds no conversations.json.`);
    return () => conversationsIn(path, zipped);
  } finally {
    await file.close();
  }
}

async function* conversationsIn(path: string, zipped: boolean): AsyncGenerator<unknown> {
  const file = await opened(path);
  try {
    if (!zipped) {
      yield* arrayElements(file.createReadStream({ start: 0, autoClose: false }), path);
      return;
    }
    const archive = await archiveOf(file, path);
    for (const name of archive.paths.filter((name) => CONVERSATIONS.test(name)).sort())
      yield* arrayElements(archive.stream(name), `${name} of ${path}`);
  } finally {
    await file.close();
  }
}

async function archiveOf(file: FileHandle, path: string): Promise<ZipArchive> {
  const { size } = await file.stat();
  return ZipArchive.open(new DocumentFile(file.fd, basename(path), size), ZIP_LIMITS);
}

async function isZip(file: FileHandle, path: string): Promise<boolean> {
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.readUInt32BE(0) === 0x504b0304;
  } catch (cause) {
    throw unreadable(path, cause as Error);
  }
}

async function opened(path: string): Promise<FileHandle> {
  return open(path).catch((cause: Error) => {
    throw unreadable(path, cause);
  });
}

function unreadable(path: string, cause: Error): MemosError {
  return new MemosError("INVALID_INPUT", `cannot read ${path}: ${cause.message}`, { cause });
}
