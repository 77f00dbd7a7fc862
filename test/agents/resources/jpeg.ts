/** The beginning of a JPEG of 32 × 16, with EXIF if something is to be said. */
export function jpeg({ make, taken, exif }: { make?: string; taken?: string; exif?: Buffer }): Buffer {
  const body = exif ?? (make === undefined ? undefined : exifOf(make, taken ?? ""));
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...(body === undefined ? [] : [segment(0xe1, body)]),
    segment(0xc0, Buffer.from("080010002003011100021101031101", "hex")),
    segment(0xda, Buffer.from("03010002110311003f00", "hex")),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** Two directories of TIFF: the maker, and the time at which the picture was taken. */
function exifOf(make: string, taken: string): Buffer {
  const tiff = Buffer.alloc(128);
  tiff.write("II*\u0000", 0, "latin1");
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(2, 8);
  entry(tiff, 10, 0x010f, 2, make.length + 1, 64);
  entry(tiff, 22, 0x8769, 4, 1, 38);
  tiff.writeUInt16LE(1, 38);
  entry(tiff, 40, 0x9003, 2, taken.length + 1, 88);
  tiff.write(make, 64, "latin1");
  tiff.write(taken, 88, "latin1");
  return Buffer.concat([Buffer.from("Exif\u0000\u0000"), tiff]);
}

function entry(tiff: Buffer, at: number, tag: number, type: number, count: number, value: number): void {
  tiff.writeUInt16LE(tag, at);
  tiff.writeUInt16LE(type, at + 2);
  tiff.writeUInt32LE(count, at + 4);
  tiff.writeUInt32LE(value, at + 8);
}
