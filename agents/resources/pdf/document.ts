import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { MemosError } from "../../../memcube/index.js";
import type { DocumentFile } from "../documentFile.js";

/** Bytes of a file that are read at once when something of them is needed. */
const RANGE_BYTES = 256 * 1024;

/** A class of browsers that pdf.js wants to see when it is loaded. It is for drawing, which is not done here. */
class DrawingMatrix {}

async function pdfjs() {
  if (!("DOMMatrix" in globalThis)) Object.assign(globalThis, { DOMMatrix: DrawingMatrix });
  return import("pdfjs-dist/legacy/build/pdf.mjs");
}

/** A PDF that is open, and what closes it. */
export interface OpenPdf extends AsyncDisposable {
  readonly document: PDFDocumentProxy;
}

/**
 * Opens a PDF. Nothing that it brings is run, and nothing that it refers to is loaded.
 *
 * @throws MemosError DOCUMENT_INVALID for one that is damaged or needs a password.
 */
export async function openPdf(file: DocumentFile): Promise<OpenPdf> {
  const { getDocument, PDFDataRangeTransport, VerbosityLevel } = await pdfjs();
  /** Reads of the file what the parser asks for, so that never all of it has to be in memory. */
  class FileTransport extends PDFDataRangeTransport {
    override requestDataRange(begin: number, end: number): void {
      file.read(begin, end - begin).then((bytes) => this.onDataRange(begin, bytes), unread);
    }
  }
  const folder = dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json"));
  let unread: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    unread = reject;
  });
  failed.catch(() => undefined);
  const task = getDocument({
    range: new FileTransport(file.bytes, null),
    rangeChunkSize: RANGE_BYTES,
    disableAutoFetch: true,
    disableStream: true,
    isEvalSupported: false,
    useWasm: false,
    enableXfa: false,
    // Character maps of Asian fonts, without which their text cannot be read.
    cMapUrl: `${join(folder, "cmaps")}/`,
    cMapPacked: true,
    standardFontDataUrl: `${join(folder, "standard_fonts")}/`,
    verbosity: VerbosityLevel.ERRORS,
  });
  try {
    const document = await Promise.race([task.promise, failed]);
    return { document, [Symbol.asyncDispose]: () => task.destroy() };
  } catch (cause) {
    await task.destroy();
    throw invalid(file.name, cause);
  }
}

function invalid(name: string, cause: unknown): MemosError {
  const kind = cause instanceof Error ? cause.name : "";
  if (kind === "PasswordException")
    return new MemosError("DOCUMENT_INVALID", `${name} is protected by a password.`, { cause });
  return new MemosError("DOCUMENT_INVALID", `${name} is damaged, or not a PDF.`, { cause });
}
