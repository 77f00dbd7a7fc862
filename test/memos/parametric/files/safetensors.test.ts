import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { isMemosError } from "../../../../memcube/index.js";
import { SafetensorsFile, writeSafetensors } from "../../../../memos/parametric/files/safetensors.js";
import { ADAPTER_LIMITS } from "../../../../memos/parametric/limits.js";
import { arbitraryMutation, mutated } from "../../activation/mutation.js";
import { temporaryFolder } from "../../support.js";
import { adapterRefused } from "./support.js";

/** A file with this header, as text or as JSON, and so many bytes of data. */
function file(header: unknown, dataBytes: number, announced?: number): Buffer {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(announced ?? json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

function entry(
  begin: number,
  end: number,
  shape: unknown = [(end - begin) / 4],
  dtype: unknown = "F32",
): object {
  return { dtype, shape, data_offsets: [begin, end] };
}

async function allOf(path: string): Promise<Map<string, { shape: readonly number[]; values: number[] }>> {
  const opened = await SafetensorsFile.open(path);
  const found = new Map<string, { shape: readonly number[]; values: number[] }>();
  for (const one of opened.entries.values())
    found.set(one.name, { shape: one.shape, values: [...(await opened.read(one))] });
  await opened.close();
  return found;
}

const arbitraryTensors = fc.uniqueArray(
  fc
    .tuple(fc.string({ unit: "binary" }), fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }))
    .chain(([name, shape]) => {
      const length = shape.reduce((product, size) => product * size, 1);
      return fc
        .array(fc.float({ noNaN: true }), { minLength: length, maxLength: length })
        .map((values) => ({ name, shape, values: Float32Array.from(values) }));
    }),
  { selector: ({ name }) => name, maxLength: 6 },
);

test("tensors come back as they were written, and their order does not matter", async (t) => {
  const path = join(await temporaryFolder(t), "file");
  await fc.assert(
    fc.asyncProperty(arbitraryTensors, async (tensors) => {
      fc.pre(tensors.every(({ name }) => name !== "__metadata__"));
      const written = await writeSafetensors(path, tensors, { format: "pt" });
      const found = await allOf(path);
      assert.deepEqual(
        found,
        new Map(tensors.map(({ name, shape, values }) => [name, { shape, values: [...values] }])),
      );
      const bytes = await readFile(path);
      assert.equal(written.bytes, bytes.length);
      assert.equal(written.sha256, createHash("sha256").update(bytes).digest("hex"));
      assert.deepEqual(await writeSafetensors(path, tensors.toReversed(), { format: "pt" }), written);
    }),
    { numRuns: 200 },
  );
});

test("a file that is longer than one piece is read and written whole", async (t) => {
  const path = join(await temporaryFolder(t), "file");
  const values = Float32Array.from({ length: 300_001 }, (_, at) => at);
  await writeSafetensors(path, [{ name: "a", shape: [values.length], values }]);
  assert.deepEqual((await allOf(path)).get("a")?.values, [...values]);
});

test("half precision and bfloat16 are read", async (t) => {
  const path = join(await temporaryFolder(t), "file");
  const header = { half: entry(0, 4, [2], "F16"), brain: entry(4, 8, [2], "BF16") };
  const bytes = file(header, 8);
  Buffer.of(0x00, 0x3c, 0x00, 0xc1, 0x80, 0x3f, 0x20, 0xc0).copy(bytes, bytes.length - 8);
  await writeFile(path, bytes);
  const found = await allOf(path);
  assert.deepEqual(found.get("half")?.values, [1, -2.5]);
  assert.deepEqual(found.get("brain")?.values, [1, -2.5]);
});

const FAULTS: readonly (readonly [string, Buffer, RegExp])[] = [
  ["nothing in it", Buffer.alloc(0), /truncated/],
  ["less than a length", Buffer.alloc(7), /truncated/],
  ["a header beyond its end", file({}, 0, 1_000), /truncated/],
  ["a header beyond the limit", file({}, 0, ADAPTER_LIMITS.headerBytes + 1), /524289 bytes/],
  ["a header of 2^63 bytes", file({}, 0, 2 ** 63), /bytes; 524288 are allowed/],
  ["a header that is no JSON", file("{", 0), /not JSON/],
  ["a header that is a list", file("[]", 0), /not a JSON object/],
  ["a header that is nothing", file("null", 0), /not a JSON object/],
  [
    "lists without end",
    file(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, 0),
    /nothing sensible of "a"/,
  ],
  ["metadata that is no text", file({ __metadata__: { a: 1 } }, 0), /metadata/],
  ["metadata that is a list", file({ __metadata__: [] }, 0), /metadata/],
  ["an unknown type", file({ a: entry(0, 4, [1], "I32") }, 4), /nothing sensible of "a"/],
  ["a type that is a number", file({ a: entry(0, 4, [1], 0) }, 4), /nothing sensible of "a"/],
  ["no shape", file({ a: { dtype: "F32", data_offsets: [0, 4] } }, 4), /nothing sensible of "a"/],
  ["a shape below 0", file({ a: entry(0, 4, [-1]) }, 4), /nothing sensible of "a"/],
  ["a shape of half numbers", file({ a: entry(0, 4, [0.5]) }, 4), /nothing sensible of "a"/],
  ["more dimensions than four", file({ a: entry(0, 4, [1, 1, 1, 1, 1]) }, 4), /nothing sensible of "a"/],
  ["something more to say", file({ a: { ...entry(0, 4), more: 1 } }, 4), /nothing sensible of "a"/],
  ["a shape of 2^52 numbers", file({ a: entry(0, 4, [2 ** 26, 2 ** 26]) }, 4), /not as long/],
  ["a shape of 2^212 numbers", file({ a: entry(0, 4, new Array(4).fill(2 ** 53 - 1)) }, 4), /not as long/],
  ["a shape that is too short", file({ a: entry(0, 8, [1]) }, 8), /not as long/],
  ["an end before its beginning", file({ a: entry(4, 0, [1]) }, 4), /not as long/],
  ["a gap at the beginning", file({ a: entry(4, 8) }, 8), /gap before the tensor "a"/],
  ["a gap", file({ a: entry(0, 4), b: entry(8, 12) }, 12), /gap before the tensor "b"/],
  ["tensors that overlap", file({ a: entry(0, 8), b: entry(4, 12) }, 12), /overlap/],
  ["two tensors at one place", file({ a: entry(0, 4), b: entry(0, 4) }, 4), /overlap/],
  ["less data than tensors", file({ a: entry(0, 8) }, 7), /truncated/],
  ["more data than tensors", file({ a: entry(0, 8) }, 9), /1 bytes after/],
  [
    "a name twice",
    file(`{"a":${JSON.stringify(entry(0, 4))},"a":${JSON.stringify(entry(0, 4))}}`, 4),
    /a name twice/,
  ],
  [
    "a field twice",
    file('{"a":{"dtype":"F16","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4),
    /name twice/,
  ],
  ["the metadata twice", file('{"__metadata__":{"a":"b"},"__metadata__":{"a":"b"}}', 0), /name twice/],
  [
    "more tensors than allowed",
    file(
      Object.fromEntries(
        Array.from({ length: ADAPTER_LIMITS.tensors + 1 }, (_, at) => [`t${at}`, entry(0, 0)]),
      ),
      0,
    ),
    /3073 tensors/,
  ],
];

for (const [what, bytes, reason] of FAULTS)
  test(`a safetensors file with ${what} is refused`, async (t) => {
    const path = join(await temporaryFolder(t), "file");
    await writeFile(path, bytes);
    await assert.rejects(SafetensorsFile.open(path), adapterRefused(reason));
  });

test("a file beyond the limit is refused before it is read", async (t) => {
  const path = join(await temporaryFolder(t), "file");
  await writeFile(path, file({}, 0));
  // Nothing of it is on the disk.
  await truncate(path, ADAPTER_LIMITS.fileBytes + 1);
  await assert.rejects(SafetensorsFile.open(path), adapterRefused(/4294967297 bytes/));
});

test("a colon, a quote or a backslash in a name is no second name", async (t) => {
  const path = join(await temporaryFolder(t), "file");
  const values = Float32Array.of(1);
  await writeSafetensors(path, [{ name: '":"\\":{', shape: [1], values }], { 'a":"': '\\":' });
  assert.deepEqual([...(await allOf(path)).keys()], ['":"\\":{']);
});

test("a file that is absent or a folder is refused", async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, "folder"));
  for (const name of ["absent", "folder"])
    await assert.rejects(SafetensorsFile.open(join(folder, name)), adapterRefused(/no adapter file/));
});

test("values that are not as many as their shape says, and two of one name, are not written", async (t) => {
  const path = join(await temporaryFolder(t), "file");
  const one = { name: "a", shape: [1], values: Float32Array.of(1) };
  const refused = (error: unknown) => isMemosError(error, "INVALID_INPUT");
  await assert.rejects(writeSafetensors(path, [{ ...one, shape: [2] }]), refused);
  await assert.rejects(writeSafetensors(path, [one, one]), refused);
  await assert.rejects(
    writeSafetensors(path, [{ ...one, name: "a".repeat(ADAPTER_LIMITS.headerBytes) }]),
    (error) => isMemosError(error, "TOO_LARGE"),
  );
});

test("of damaged files each is refused or has the tensors that its header says", async (t) => {
  const path = join(await temporaryFolder(t), "file");
  const values = Float32Array.from({ length: 6 }, (_, at) => at);
  await writeSafetensors(path, [
    { name: "a", shape: [2, 3], values },
    { name: "b", shape: [6], values },
  ]);
  const whole = await readFile(path);
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryMutation, async (mutation) => {
      const damaged = mutated(whole, mutation);
      await writeFile(path, damaged);
      try {
        const numbers = [...(await allOf(path)).values()];
        const bytes = numbers.reduce((sum, one) => sum + one.values.length * 4, 0);
        assert.ok(bytes <= 2 * damaged.length);
      } catch (error) {
        assert.ok(isMemosError(error, "ADAPTER_INVALID"), `${error} ${JSON.stringify(mutation)}`);
        refused++;
      }
    }),
    { numRuns: 1_000 },
  );
  assert.ok(refused > 400, `only ${refused} were refused`);
});
