import { MemosError } from "../../../memcube/index.js";
import { chunksOf } from "../chunking.js";
import { exifLines } from "../image/exifLines.js";
import { pictureOf } from "../image/picture.js";
import type { DocumentReader } from "../reader.js";

/** Pictures: what their file says (size, EXIF). What they show is for a vision model to say. */
export const imageReader: DocumentReader = {
  kinds: ["image"],
  async *read(file, reading) {
    const picture = await pictureOf(file);
    if (picture === undefined)
      throw new MemosError("DOCUMENT_INVALID", `${file.name} is damaged, or not a picture.`);
    const { format, width, height } = picture;
    const size = width === undefined || height === undefined ? "" : `, ${width} × ${height}`;
    const said = picture.exif === undefined ? undefined : exifLines(picture.exif);
    if (picture.exif !== undefined && said === undefined)
      reading.warn("EXIF_DAMAGED", "The EXIF of the picture could not be read.");
    if (said?.takenAt !== undefined) reading.about({ takenAt: said.takenAt });
    const text = [`Picture ${file.name} (${format}${size})`, ...(said?.lines ?? [])].join("\n");
    yield* chunksOf(once({ kind: "paragraph", text, position: {} } as const), "text", reading);
  },
};

async function* once<T>(value: T): AsyncGenerator<T, void, undefined> {
  yield value;
}
