import * as z from "zod";
import { type CubeId, LIMITS, type MemCube, SCOPE_PARTS, type Scope, sha256 } from "../../memcube/index.js";
import { and, eq, type MemOS, type NewMemory } from "../../memos/index.js";
import type { Piece } from "./align.js";
import type { Chunk } from "./chunk.js";
import { oneLine } from "./cleanText.js";
import type { Kind } from "./kind.js";
import { chunkTitle, shortened } from "./titles.js";

/** Cubes of a document that are looked at together. */
const PAGE = LIMITS.results;

/** Every state in which a cube is still there. */
const STATES = ["generated", "active", "merged", "archived", "frozen", "expired"] as const;

/** What the metadata of a document's cube says. */
const headMetadataSchema = z.object({
  resource: z.literal("document"),
  uri: z.string(),
  sha256: z.string(),
  chunks: z.number(),
  pages: z.number().optional(),
  /** `open` while its chunks are being written. */
  ingest: z.enum(["open", "complete"]),
});

export type HeadMetadata = z.infer<typeof headMetadataSchema>;

/** The cube of a document. */
export interface Head {
  readonly cube: MemCube;
  readonly metadata: HeadMetadata;
}

/** What is known of a document when its text has been read. */
export interface Described {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly kind: Kind;
  readonly bytes: number;
  readonly sha256: string;
  readonly pages?: number;
  readonly takenAt?: string;
  readonly chunks: number;
  readonly outline: string;
}

export function headMemory(
  document: Described,
  ingest: HeadMetadata["ingest"],
): NewMemory & { text: string } {
  const { name, title, kind, bytes, sha256: hash, pages, takenAt } = document;
  const size = pages === undefined ? "" : `, ${pages} ${pages === 1 ? "page" : "pages"}`;
  return {
    text: [`Document ${name} (${kind.kind}${size}).`, document.outline]
      .filter((part) => part !== "")
      .join("\n"),
    origin: "document",
    type: "resource",
    actor: name,
    title: shortened(title),
    metadata: {
      resource: "document",
      uri: document.uri,
      kind: kind.kind,
      mime: kind.mime,
      bytes,
      sha256: hash,
      chunks: document.chunks,
      ...(pages === undefined ? {} : { pages }),
      ingest,
    },
    ...(takenAt === undefined ? {} : { occurredAt: takenAt }),
  };
}

/** The memory of a chunk: where it stands is in its title and its metadata, the document is its source. */
export function chunkMemory(
  chunk: Chunk,
  number: number,
  document: {
    readonly name: string;
    readonly title: string;
    readonly head: CubeId;
    readonly headText: string;
  },
): NewMemory & { text: string; title: string; metadata: NonNullable<NewMemory["metadata"]> } {
  const { pages, lines, paragraphs } = chunk.position;
  return {
    text: chunk.text,
    format: chunk.format,
    origin: "document",
    type: "resource",
    actor: document.name,
    title: chunkTitle(document.title, chunk),
    metadata: {
      resource: "chunk",
      document: document.head,
      chunk: number,
      headings: chunk.headings.map(oneLine),
      ...(pages === undefined ? {} : { pageFrom: pages[0], pageTo: pages[1] }),
      ...(lines === undefined ? {} : { lineFrom: lines[0], lineTo: lines[1] }),
      ...(paragraphs === undefined ? {} : { paragraphFrom: paragraphs[0], paragraphTo: paragraphs[1] }),
    },
    sources: [{ cube: document.head, sha256: sha256(document.headText) }],
  };
}

/** What a chunk is compared by, before it is stored and afterwards. */
export function pieceOf(memory: Pick<NewMemory, "title" | "metadata"> & { readonly text: string }): Piece {
  const metadata = Object.entries(memory.metadata ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return { text: sha256(memory.text), place: sha256(JSON.stringify([memory.title, metadata])) };
}

/** The cube of a document in exactly this scope, if there is one. */
export async function headOf(memos: MemOS, uri: string, scope: Scope): Promise<Head | undefined> {
  const where = and(eq("metadata.resource", "document"), eq("metadata.uri", uri));
  for await (const cube of cubesWhere(memos, where, scope)) {
    const metadata = headMetadataSchema.safeParse(cube.attributes.metadata);
    if (metadata.success) return { cube, metadata: metadata.data };
  }
  return undefined;
}

/** A chunk that is stored. */
export interface StoredChunk extends Piece {
  readonly id: CubeId;
  readonly version: number;
  readonly number: number;
}

/** The stored chunks of a document in their order. */
export async function storedChunks(memos: MemOS, head: CubeId, scope: Scope): Promise<StoredChunk[]> {
  const where = and(eq("metadata.resource", "chunk"), eq("metadata.document", head));
  const found: StoredChunk[] = [];
  for await (const { id, version, payload, attributes } of cubesWhere(memos, where, scope)) {
    if (payload.kind !== "plaintext") continue;
    const { title, metadata } = attributes;
    const number = Number(metadata["chunk"]);
    found.push({ id, version, number, ...pieceOf({ text: payload.text, title, metadata }) });
  }
  return found.sort((a, b) => a.number - b.number);
}

async function* cubesWhere(
  memos: MemOS,
  where: ReturnType<typeof and>,
  scope: Scope,
): AsyncGenerator<MemCube, void, undefined> {
  for (let cursor: string | undefined; ; ) {
    const page = await memos.list(scope, {
      types: ["resource"],
      states: [...STATES],
      order: "oldest",
      limit: PAGE,
      where,
      ...(cursor === undefined ? {} : { cursor }),
    });
    // A wider scope sees documents of narrower ones; each has its own.
    for (const cube of page.cubes)
      if (SCOPE_PARTS.every((part) => cube.scope[part] === scope[part])) yield cube;
    cursor = page.cursor;
    if (cursor === undefined) return;
  }
}
