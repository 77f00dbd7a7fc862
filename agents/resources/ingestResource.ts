import * as z from "zod";
import {
  contentHash,
  type MemCube,
  MemosError,
  type Scope,
  scopeSchema,
  sha256,
  textOf,
} from "../../memcube/index.js";
import { storableText } from "../../memcube/text.js";
import { throwIfAborted } from "../../memos/aborted.js";
import { type MemOS, parse, type Warning } from "../../memos/index.js";
import type { Chunk } from "./chunk.js";
import { cleanText, oneLine } from "./cleanText.js";
import type { DocumentFile } from "./documentFile.js";
import { type Kind, kindOf, MAGIC_BYTES } from "./kind.js";
import { RESOURCE_LIMITS, type ResourceLimits } from "./limits.js";
import { type OpenDocument, openDocument } from "./openDocument.js";
import { Outline } from "./outline.js";
import { type ReadingResult, readDocument } from "./readDocument.js";
import type { IngestReceipt } from "./receipt.js";
import { type Described, type Head, headMemory, headOf } from "./resourceCubes.js";
import { type ResourceSource, resourceSourceSchema } from "./source.js";
import { Spool } from "./spool.js";
import { shortened } from "./titles.js";
import type { ImageDescriber } from "./vision.js";
import { isAdmitted, writeChunks } from "./writeChunks.js";

export interface IngestOptions {
  /** What the document is known by in its scope: its path as a URL, or its name, unless said otherwise. */
  readonly id?: string;
  /** Captions of images; without one they are known by what their file says. */
  readonly vision?: ImageDescriber;
  /** Other limits than `RESOURCE_LIMITS`. */
  readonly limits?: Partial<ResourceLimits>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

export interface IngestProgress {
  readonly stage: "reading" | "writing";
  /** Chunks that were read, or written, so far. */
  readonly chunks: number;
}

const uriSchema = storableText(RESOURCE_LIMITS.uriCharacters);

const limitsSchema = z.partialRecord(
  z.enum(Object.keys(RESOURCE_LIMITS) as [keyof ResourceLimits, ...(keyof ResourceLimits)[]]),
  z.number().positive(),
);

/**
 * Reads a document into chunks and remembers them as `resource` cubes: one for the document and one for each chunk,
 * which names its titles, its pages or lines, and the document as its source. Nothing is written before all of the
 * document has been read.
 *
 * The same document again (`id`, else path or name, in the same scope) writes nothing when it has not changed;
 * otherwise chunks get new versions, are added or forgotten, until memory says what the document says. An ingest that
 * was cut short is gone on with by the next one.
 *
 * @throws MemosError INVALID_INPUT for what is no file, DOCUMENT_INVALID for a document that is empty, damaged,
 * encrypted or not what its name says, UNSUPPORTED for other kinds, TOO_LARGE beyond a limit, CONFLICT when the file
 * changes meanwhile, ABORTED, and what `MemOS.add` throws.
 */
export async function ingestResource(
  memos: MemOS,
  source: ResourceSource,
  scope: Scope,
  options: IngestOptions = {},
): Promise<IngestReceipt> {
  const started = performance.now();
  const owner = parse(scopeSchema, scope);
  const given = parse(resourceSourceSchema, source);
  const limits: ResourceLimits = Object.freeze({
    ...RESOURCE_LIMITS,
    ...(parse(limitsSchema, options.limits ?? {}) as Partial<ResourceLimits>),
  });
  await using document = await openDocument(given, limits, options.signal);
  const uri = parse(uriSchema, options.id ?? document.uri);
  const kind = kindOf(await document.file.read(0, MAGIC_BYTES), document.file.name);
  const known = await headOf(memos, uri, owner);
  if (known?.metadata.sha256 === document.sha256 && known.metadata.ingest === "complete")
    return unchanged(known, document, uri, kind, started);
  // Awaited here: the document is closed when this function ends.
  return await new Ingest(memos, owner, document, uri, kind, limits, options, started).run(known);
}

class Ingest {
  readonly #reading: ReadingResult = { about: {}, warnings: [], peakBytes: 0 };
  #calls = 0;

  constructor(
    readonly memos: MemOS,
    readonly scope: Scope,
    readonly document: OpenDocument,
    readonly uri: string,
    readonly kind: Kind,
    readonly limits: ResourceLimits,
    readonly options: IngestOptions,
    readonly started: number,
  ) {}

  async run(known: Head | undefined): Promise<IngestReceipt> {
    await using spool = await Spool.open<Chunk>();
    const outline = await this.#read(spool);
    const readingMs = performance.now() - this.started;
    await this.document.assertUnchanged();
    const caption = await this.#caption();
    const described = this.#described(spool.length, outline);
    throwIfAborted(this.options.signal);
    const { cube, resumed } = await this.#openHead(known, described);
    const chunks = await writeChunks({
      memos: this.memos,
      scope: this.scope,
      head: cube,
      name: described.name,
      title: described.title,
      spool,
      caption,
      signal: this.options.signal,
      onWritten: (written) => this.options.onProgress?.({ stage: "writing", chunks: written }),
    });
    await this.#closeHead(cube);
    const status = resumed ? "resumed" : known === undefined ? "new" : "changed";
    return {
      operation: "ingest",
      resource: cube.id,
      uri: this.uri,
      name: described.name,
      title: described.title,
      kind: this.kind.kind,
      mime: this.kind.mime,
      bytes: described.bytes,
      sha256: described.sha256,
      status,
      ...(described.pages === undefined ? {} : { pages: described.pages }),
      chunks: chunks.counts,
      skipped: chunks.skipped,
      reading: { milliseconds: readingMs, peakBytes: this.#reading.peakBytes },
      llmCalls: this.#calls,
      llmTokens: 0,
      milliseconds: performance.now() - this.started,
      warnings: [...this.#reading.warnings, ...chunks.warnings],
    };
  }

  async #read(spool: Spool<Chunk>): Promise<string> {
    const { document, kind, limits, options } = this;
    const outline = new Outline(limits.outlineEntries);
    for await (const chunk of readDocument(document.file, kind.kind, limits, this.#reading, options.signal)) {
      await spool.push(chunk);
      outline.add(chunk);
      options.onProgress?.({ stage: "reading", chunks: spool.length });
    }
    if (spool.length === 0)
      throw new MemosError("DOCUMENT_INVALID", `${document.file.name} has no text in it.`);
    return outline.text;
  }

  #described(chunks: number, outline: string): Described {
    const { document, uri, kind } = this;
    const { title, pages, takenAt } = this.#reading.about;
    const { name, bytes } = document.file;
    const said = oneLine(title ?? "");
    return {
      uri,
      name,
      title: shortened(said === "" ? name : said),
      kind,
      bytes,
      sha256: document.sha256,
      ...(pages === undefined ? {} : { pages }),
      ...(takenAt === undefined ? {} : { takenAt }),
      chunks,
      outline,
    };
  }

  /** What an image shows, where there is a model to say it. One that fails costs the caption and nothing else. */
  async #caption(): Promise<{ text: string; by: string } | undefined> {
    const { vision, signal } = this.options;
    if (vision === undefined || this.kind.kind !== "image") return undefined;
    const { file } = this.document;
    if (file.bytes > this.limits.describedBytes) {
      this.#warn("IMAGE_NOT_DESCRIBED", `It is larger than ${this.limits.describedBytes} bytes.`);
      return undefined;
    }
    this.#calls++;
    try {
      const said = await vision.describe(await file.read(0, file.bytes), this.kind.mime, signal);
      const text = cleanText(said).text.trim().slice(0, this.limits.captionCharacters).toWellFormed();
      if (text !== "") return { text, by: vision.name };
      this.#warn("IMAGE_NOT_DESCRIBED", "The model said nothing.");
    } catch (error) {
      throwIfAborted(signal);
      this.#warn("IMAGE_NOT_DESCRIBED", `The model failed: ${oneLine(String(error))}`);
    }
    return undefined;
  }

  /** The cube of the document, saying that its chunks are being written. */
  async #openHead(
    known: Head | undefined,
    described: Described,
  ): Promise<{ cube: MemCube; resumed: boolean }> {
    const { memos, scope } = this;
    if (known === undefined) return { cube: await this.#addHead(described), resumed: false };
    if (known.metadata.sha256 === described.sha256) return { cube: known.cube, resumed: true };
    const memory = headMemory(described, "open");
    // What an update says is not screened by the store: what would be held back stays out of the document's cube.
    const admitted = isAdmitted(memos, memory, known.cube)
      ? memory
      : headMemory({ ...described, title: described.name, outline: "" }, "open");
    if (admitted !== memory)
      this.#warn("OUTLINE_WITHHELD", "The write firewall would hold back the headings of the document.");
    const { text, title, metadata } = admitted;
    await memos.update(known.cube.id, { text, title, metadata }, scope, {
      ifVersion: known.cube.version,
      cause: `the document has changed (sha256 ${described.sha256})`,
    });
    return { cube: await memos.get(known.cube.id, scope), resumed: false };
  }

  /** A key made of all that is said makes one cube of two ingests at once. */
  async #addHead(described: Described): Promise<MemCube> {
    const { memos, scope } = this;
    const memory = headMemory(described, "open");
    for (let key = contentHash([scope, memory]); ; ) {
      const receipt = await memos.add(memory, scope, { idempotencyKey: `resource ${key}` });
      const id = receipt.written[0]?.id;
      if (id === undefined)
        throw new MemosError(
          "INVALID_INPUT",
          `${described.name} was not taken in: ${receipt.skipped[0]?.reason ?? "it was skipped"}`,
        );
      const cube = await memos.get(id, scope).catch((error: unknown) => {
        // It was forgotten since: what is added now is a new one.
        if (receipt.replayed && error instanceof MemosError && error.code === "NOT_FOUND") return undefined;
        throw error;
      });
      if (cube !== undefined) return cube;
      key = sha256(`${key}\n${id}`);
    }
  }

  async #closeHead({ id, attributes }: MemCube): Promise<void> {
    const metadata = { ...attributes.metadata, ingest: "complete" };
    await this.memos.update(id, { metadata }, this.scope, { cause: "all chunks are written" });
  }

  #warn(code: string, message: string): void {
    this.#reading.warnings.push({ code, message });
  }
}

function unchanged(
  { cube, metadata }: Head,
  { file, sha256: hash }: { readonly file: DocumentFile; readonly sha256: string },
  uri: string,
  kind: Kind,
  started: number,
): IngestReceipt {
  const warnings: Warning[] = [];
  return {
    operation: "ingest",
    resource: cube.id,
    uri,
    name: file.name,
    title: cube.attributes.title ?? textOf(cube) ?? file.name,
    kind: kind.kind,
    mime: kind.mime,
    bytes: file.bytes,
    sha256: hash,
    status: "unchanged",
    ...(metadata.pages === undefined ? {} : { pages: metadata.pages }),
    chunks: {
      total: metadata.chunks,
      unchanged: metadata.chunks,
      moved: 0,
      changed: 0,
      added: 0,
      forgotten: 0,
      quarantined: 0,
    },
    skipped: [],
    reading: { milliseconds: 0, peakBytes: 0 },
    llmCalls: 0,
    llmTokens: 0,
    milliseconds: performance.now() - started,
    warnings,
  };
}
