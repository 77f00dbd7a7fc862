import assert from "node:assert/strict";
import { test } from "node:test";
import { refused } from "../../memos/support.js";
import { jpeg } from "./jpeg.js";
import { readInside } from "./support.js";

test("a picture says its size and what its camera noted", async () => {
  const { chunks, about } = await readInside(
    "bees.jpg",
    jpeg({ make: "Quill", taken: "2024:05:01 10:20:30" }),
  );
  assert.equal(chunks[0]?.text, "Picture bees.jpg (JPEG, 32 × 16)\nTaken: 2024-05-01 10:20\nCamera: Quill");
  assert.equal(about.takenAt, "2024-05-01T10:20:30.000Z");
});

test("damaged EXIF costs only what it says", async () => {
  const { chunks, warnings } = await readInside(
    "x.jpg",
    jpeg({ exif: Buffer.from("Exif\u0000\u0000rubbish") }),
  );
  assert.equal(chunks[0]?.text, "Picture x.jpg (JPEG, 32 × 16)");
  assert.deepEqual(warnings, ["EXIF_DAMAGED"]);
});

test("PNG, GIF and WebP say their sizes", async () => {
  const png = Buffer.concat([
    Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
    Buffer.from("00000010000000080802000000", "hex"),
    Buffer.alloc(4),
  ]);
  const gif = Buffer.concat([Buffer.from("GIF89a"), Buffer.from("10000800", "hex"), Buffer.alloc(8)]);
  const webp = Buffer.concat([
    Buffer.from("RIFF\u0000\u0000\u0000\u0000WEBPVP8X"),
    Buffer.from("0a000000000000000f0000070000", "hex"),
  ]);
  for (const [name, bytes] of Object.entries({ "x.png": png, "x.gif": gif, "x.webp": webp }))
    assert.match((await readInside(name, bytes)).chunks[0]?.text ?? "", /16 × 8\)$/, name);
});

test("a picture that breaks off is refused", async () => {
  await assert.rejects(readInside("x.jpg", jpeg({}).subarray(0, 8)), refused("DOCUMENT_INVALID"));
  await assert.rejects(
    readInside("x.png", Buffer.from("89504e470d0a1a0a", "hex")),
    refused("DOCUMENT_INVALID"),
  );
});
