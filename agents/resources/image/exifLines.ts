import readExif from "exif-reader";
import { oneLine } from "../cleanText.js";

/** What EXIF says that people ask for. */
export interface ExifText {
  readonly lines: readonly string[];
  /** As an instant; cameras say no time zone, so their clock is taken for UTC. */
  readonly takenAt?: string;
}

const SHOWN_CHARACTERS = 500;

/** EXIF in words; nothing of what cannot be read. */
export function exifLines(exif: Buffer): ExifText | undefined {
  let tags: ReturnType<typeof readExif>;
  try {
    tags = readExif(exif);
  } catch {
    return undefined;
  }
  const { Image: image = {}, Photo: photo = {}, GPSInfo: gps = {} } = tags;
  const taken: unknown = photo.DateTimeOriginal ?? image.DateTime;
  const takenAt = taken instanceof Date && !Number.isNaN(taken.getTime()) ? taken.toISOString() : undefined;
  const place = [
    degrees(gps.GPSLatitude, gps.GPSLatitudeRef, "S"),
    degrees(gps.GPSLongitude, gps.GPSLongitudeRef, "W"),
  ];
  const said: readonly (readonly [name: string, value: string | undefined])[] = [
    ["Description", text(image.ImageDescription)],
    ["Taken", takenAt?.slice(0, 16).replace("T", " ")],
    ["Camera", [text(image.Make), text(image.Model)].filter((part) => part !== undefined).join(" ")],
    ["Place", place.every((part) => part !== undefined) ? place.join(", ") : undefined],
    ["Artist", text(image.Artist)],
    ["Copyright", text(image.Copyright)],
  ];
  return {
    lines: said.flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [`${name}: ${value}`],
    ),
    ...(takenAt === undefined ? {} : { takenAt }),
  };
}

function text(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const line = oneLine(value).slice(0, SHOWN_CHARACTERS).toWellFormed();
  return line === "" ? undefined : line;
}

function degrees(value: unknown, reference: unknown, negative: string): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const [whole = Number.NaN, minutes = 0, seconds = 0] = value.map(Number);
  const sum = whole + minutes / 60 + seconds / 3600;
  return Number.isFinite(sum) ? (reference === negative ? -sum : sum).toFixed(5) : undefined;
}
