import { createHash, type Hash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { LIMITS, MemosError } from "../../memcube/index.js";
import { throwIfAborted } from "../../memos/aborted.js";
import { oneLine } from "./cleanText.js";
import { DocumentFile } from "./documentFile.js";
import type { ResourceLimits } from "./limits.js";
import type { ResourceSource } from "./source.js";
import { openNameless } from "./spool.js";

/** A document that is open, with what it is known by. */
export interface OpenDocument extends AsyncDisposable {
  readonly file: DocumentFile;
  readonly sha256: string;
  /** The path as a URL, or the name as it was given. */
  readonly uri: string;
  /** @throws MemosError CONFLICT when the document has changed since it was opened. */
  assertUnchanged(): Promise<void>;
}

/**
 * Opens a document and hashes it. A stream, and bytes in memory, become a temporary file without a name.
 *
 * @throws MemosError INVALID_INPUT for a path that leads to no regular file, DOCUMENT_INVALID for an empty document,
 * TOO_LARGE beyond `limits.fileBytes`, ABORTED.
 */
export async function openDocument(
  source: ResourceSource,
  limits: ResourceLimits,
  signal?: AbortSignal,
): Promise<OpenDocument> {
  if (typeof source === "string") return openPath(source, limits, signal);
  const pieces = "bytes" in source ? [source.bytes] : source.stream;
  const handle = await openNameless();
  try {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const piece of pieces) {
      throwIfAborted(signal);
      if (!(piece instanceof Uint8Array))
        throw new MemosError(
          "INVALID_INPUT",
          `The stream of ${source.name} gives something else than bytes.`,
        );
      refuseSize(source.name, bytes + piece.length, limits);
      hash.update(piece);
      for (let at = 0; at < piece.length; )
        at += (await handle.write(piece, at, piece.length - at, bytes + at)).bytesWritten;
      bytes += piece.length;
    }
    return opened(handle, hash, source.name, bytes, source.name, async () => undefined);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openPath(path: string, limits: ResourceLimits, signal?: AbortSignal): Promise<OpenDocument> {
  // A pipe without a writer would be waited for.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(async (cause) => {
    throw await unopened(path, cause);
  });
  try {
    const before = await handle.stat();
    if (!before.isFile()) throw noFile(path, before.isDirectory() ? "a folder" : "a device or a pipe");
    const name = nameOf(path);
    refuseSize(name, before.size, limits);
    const hash = createHash("sha256");
    const file = new DocumentFile(handle.fd, name, before.size);
    for await (const piece of file.stream()) {
      throwIfAborted(signal);
      hash.update(piece);
    }
    const assertUnchanged = async () => {
      const now = await handle.stat();
      if (now.size !== before.size || now.mtimeMs !== before.mtimeMs)
        throw new MemosError("CONFLICT", `${name} has changed while it was read.`);
    };
    return opened(handle, hash, name, before.size, pathToFileURL(resolve(path)).href, assertUnchanged);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function opened(
  handle: FileHandle,
  hash: Hash,
  name: string,
  bytes: number,
  uri: string,
  assertUnchanged: () => Promise<void>,
): OpenDocument {
  if (bytes === 0) throw new MemosError("DOCUMENT_INVALID", `${name} is empty.`);
  return {
    file: new DocumentFile(handle.fd, name, bytes),
    sha256: hash.digest("hex"),
    uri,
    assertUnchanged,
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

function refuseSize(name: string, bytes: number, { fileBytes }: ResourceLimits): void {
  if (bytes > fileBytes)
    throw new MemosError("TOO_LARGE", `${name} is larger than ${fileBytes} bytes.`, { path: "source" });
}

function nameOf(path: string): string {
  const name = oneLine(basename(resolve(path)))
    .slice(0, LIMITS.nameCharacters)
    .toWellFormed();
  return name === "" ? "document" : name;
}

function noFile(path: string, what: string): MemosError {
  return new MemosError("INVALID_INPUT", `${oneLine(path)} is ${what}, not a file.`, { path: "source" });
}

async function unopened(path: string, cause: NodeJS.ErrnoException): Promise<MemosError> {
  const shown = oneLine(path);
  const link = await lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (cause.code === "ELOOP" || (cause.code === "ENOENT" && link))
    return new MemosError("INVALID_INPUT", `${shown} is a link that leads nowhere.`, {
      path: "source",
      cause,
    });
  const reasons: Record<string, string> = {
    ENOENT: "there is no such file",
    ENOTDIR: "there is no such file",
    EACCES: "it may not be read",
    EPERM: "it may not be read",
    EISDIR: "it is a folder",
    ENXIO: "it is a device or a pipe",
  };
  const reason = reasons[cause.code ?? ""] ?? "it cannot be opened";
  return new MemosError("INVALID_INPUT", `${shown} cannot be read: ${reason}.`, { path: "source", cause });
}
