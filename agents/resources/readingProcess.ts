import { isMemosError, MemosError } from "../../memcube/index.js";
import type { Chunk } from "./chunk.js";
import { DocumentFile } from "./documentFile.js";
import type { Reading } from "./reader.js";
import { readerOf } from "./readers/readers.js";
import { type FromReader, type ToReader, toReaderSchema } from "./readingMessages.js";

/** The document is open in this process under this number. */
const DOCUMENT_FD = 4;

/** Chunks that are sent at once. */
const BATCH = 64;

/** Milliseconds between two words that the reading gets on. */
const ALIVE_MS = 250;

/** Reads one document and sends its chunks as they are asked for; it ends with the one that asks. */
function serve(): void {
  process.on("disconnect", () => process.exit());
  let chunks: AsyncIterator<Chunk> | undefined;
  process.on("message", (message) => {
    const request = toReaderSchema.parse(message);
    chunks = request.type === "read" ? chunksOf(request)[Symbol.asyncIterator]() : chunks;
    if (chunks !== undefined) answer(chunks).then(send, (error: unknown) => send(failure(error)));
  });
}

async function* chunksOf(request: Extract<ToReader, { type: "read" }>): AsyncGenerator<Chunk> {
  const reader = await readerOf(request.kind);
  const file = new DocumentFile(DOCUMENT_FD, request.name, request.bytes);
  let said = performance.now();
  let warnings = 0;
  const reading: Reading = {
    limits: request.limits,
    about: (about) => send({ type: "about", about }),
    warn: (code, message) => {
      if (++warnings <= request.limits.warnings) send({ type: "warning", code, message });
    },
    alive: () => {
      if (performance.now() - said < ALIVE_MS) return;
      said = performance.now();
      send({ type: "alive" });
    },
  };
  yield* reader.read(file, reading);
  if (warnings > request.limits.warnings)
    send({
      type: "warning",
      code: "MORE_WARNINGS",
      message: `There were ${warnings - request.limits.warnings} more remarks about this document.`,
    });
}

async function answer(chunks: AsyncIterator<Chunk>): Promise<FromReader> {
  const batch: Chunk[] = [];
  while (batch.length < BATCH) {
    const next = await chunks.next();
    if (next.done === true) return { type: "chunks", chunks: batch, done: true };
    batch.push(next.value);
  }
  return { type: "chunks", chunks: batch, done: false };
}

function failure(error: unknown): FromReader {
  const known = isMemosError(error)
    ? error
    : new MemosError("DOCUMENT_INVALID", `The document could not be read: ${String(error)}`);
  return { type: "failed", code: known.code, message: known.message };
}

function send(message: FromReader): void {
  process.send?.(message, () => undefined);
}

serve();
