import { deflateRawSync } from "node:zlib";
import {
  type Chunk,
  kindOf,
  openDocument,
  RESOURCE_LIMITS,
  type Reading,
  type ResourceLimits,
  readerOf,
} from "../../../agents/resources/index.js";
import type { About } from "../../../agents/resources/reader.js";
import { pdfFile } from "../../../bench/resources/pdfFile.js";

export interface ReadInside {
  readonly chunks: Chunk[];
  readonly about: About;
  readonly warnings: string[];
}

/** Reads a document in this process, by the reader that its name and bytes ask for. */
export async function readInside(
  name: string,
  content: string | Uint8Array,
  limits: Partial<ResourceLimits> = {},
): Promise<ReadInside> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const all: ResourceLimits = { ...RESOURCE_LIMITS, ...limits };
  await using document = await openDocument({ name, bytes }, all);
  const { kind } = kindOf(bytes.subarray(0, 1_024), name);
  const warnings: string[] = [];
  let about: About = {};
  const reading: Reading = {
    limits: all,
    about: (part) => {
      about = { ...about, ...part };
    },
    warn: (code) => warnings.push(code),
    alive: () => undefined,
  };
  const chunks: Chunk[] = [];
  for await (const chunk of (await readerOf(kind)).read(document.file, reading)) chunks.push(chunk);
  return { chunks, about, warnings };
}

export function pdf(...args: Parameters<typeof pdfFile>): Buffer {
  return Buffer.concat([...pdfFile(...args)]);
}

export interface ZipEntry {
  readonly content: string | Buffer;
  /** What the directory says of its size, where that is not the truth. */
  readonly claimed?: number;
}

/** A zip archive of deflated entries. */
export function zip(entries: Readonly<Record<string, ZipEntry | string>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, given] of Object.entries(entries)) {
    const entry = typeof given === "string" ? { content: given } : given;
    const content = Buffer.from(entry.content);
    const packed = deflateRawSync(content, { level: 9 });
    const path = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(("claimed" in entry ? entry.claimed : undefined) ?? content.length, 18);
    fields.writeUInt16LE(path.length, 22);
    const body = Buffer.concat([Buffer.from("PK\u0003\u0004"), fields, path, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\u0001\u0002"), Buffer.from([20, 0]), fields, tail, path]));
    bodies.push(body);
    offset += body.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, listed, Buffer.from("PK\u0005\u0006"), end]);
}

/** A Word document of a body in WordprocessingML. */
export function docx(body: string, parts: Readonly<Record<string, ZipEntry | string>> = {}): Buffer {
  const space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
  return zip({
    "[Content_Types].xml": "<Types/>",
    "word/document.xml": `<?xml version="1.0"?><w:document ${space}><w:body>${body}</w:body></w:document>`,
    "word/styles.xml": `<w:styles ${space}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="H2"><w:name w:val="Custom"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style></w:styles>`,
    ...parts,
  });
}

export const paragraph = (text: string, properties = "") =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
