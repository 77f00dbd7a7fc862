import type { DocumentFile } from "../documentFile.js";

/** What a picture file says before its pixels. */
export interface Picture {
  readonly format: "JPEG" | "PNG" | "GIF" | "WebP";
  readonly width?: number;
  readonly height?: number;
  /** A TIFF structure, with or without the mark before it. */
  readonly exif?: Buffer;
}

/** Segments or chunks that are looked through, and the largest part that is read of any. */
const MOST_PARTS = 4_096;
const MOST_BYTES = 1024 * 1024;

/** Size and EXIF of a picture, without decoding it; nothing when the file breaks off or is no picture. */
export async function pictureOf(file: DocumentFile): Promise<Picture | undefined> {
  const head = await bytesAt(file, 0, 16);
  if (head.length < 10) return undefined;
  if (head.readUInt16BE(0) === 0xffd8) return jpeg(file);
  if (head.toString("latin1", 1, 4) === "PNG") return png(file);
  if (head.toString("latin1", 0, 3) === "GIF")
    return { format: "GIF", width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
  return head.toString("latin1", 8, 12) === "WEBP" ? webp(file) : undefined;
}

async function bytesAt(file: DocumentFile, offset: number, length: number): Promise<Buffer> {
  const bytes = await file.read(offset, Math.min(length, MOST_BYTES));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Markers of JPEG segments that say the size of the picture: all of SOF0 to SOF15 but DHT, JPG and DAC. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

async function jpeg(file: DocumentFile): Promise<Picture | undefined> {
  let exif: Buffer | undefined;
  let offset = 2;
  for (let part = 0; part < MOST_PARTS; part++) {
    const head = await bytesAt(file, offset, 9);
    if (head.length < 4 || head[0] !== 0xff) return undefined;
    const marker = head[1] ?? 0;
    const length = head.readUInt16BE(2);
    if (marker === 0xff) {
      offset++;
      continue;
    }
    if (isFrame(marker)) {
      if (head.length < 9) return undefined;
      const size = { height: head.readUInt16BE(5), width: head.readUInt16BE(7) };
      return { format: "JPEG", ...size, ...(exif === undefined ? {} : { exif }) };
    }
    if (marker === 0xda || marker === 0xd9) return undefined;
    if (marker === 0xe1 && exif === undefined) {
      const body = await bytesAt(file, offset + 4, length - 2);
      if (body.toString("latin1", 0, 4) === "Exif") exif = body;
    }
    offset += 2 + length;
  }
  return undefined;
}

async function png(file: DocumentFile): Promise<Picture | undefined> {
  let picture: Picture | undefined;
  let offset = 8;
  for (let part = 0; part < MOST_PARTS; part++) {
    const head = await bytesAt(file, offset, 8);
    if (head.length < 8) return picture;
    const length = head.readUInt32BE(0);
    const type = head.toString("latin1", 4, 8);
    if (type === "IHDR") {
      const body = await bytesAt(file, offset + 8, 8);
      if (body.length < 8) return undefined;
      picture = { format: "PNG", width: body.readUInt32BE(0), height: body.readUInt32BE(4) };
    } else if (picture === undefined) return undefined;
    else if (type === "eXIf") return { ...picture, exif: await bytesAt(file, offset + 8, length) };
    offset += 12 + length;
  }
  return picture;
}

async function webp(file: DocumentFile): Promise<Picture | undefined> {
  let picture: Picture = { format: "WebP" };
  let offset = 12;
  for (let part = 0; part < MOST_PARTS; part++) {
    const head = await bytesAt(file, offset, 18);
    if (head.length < 8) return part === 0 ? undefined : picture;
    const type = head.toString("latin1", 0, 4);
    const length = head.readUInt32LE(4);
    if (type === "VP8X" && head.length === 18)
      picture = { ...picture, width: head.readUIntLE(12, 3) + 1, height: head.readUIntLE(15, 3) + 1 };
    if (type === "EXIF") return { ...picture, exif: await bytesAt(file, offset + 8, length) };
    offset += 8 + length + (length % 2);
  }
  return picture;
}
