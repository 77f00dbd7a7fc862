import assert from "node:assert/strict";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { isMemosError } from "../../../../memcube/index.js";
import { GGUF_LIMITS, inspectGguf, writeGguf } from "../../../../memos/inference/gguf/index.js";
import { temporaryFolder } from "../../../eval/temporaryFolder.js";
import { arbitraryMutation, mutated } from "../../activation/mutation.js";
import { modelInvalid } from "./refused.js";
import { smallModel } from "./sample.js";

async function sample(folder: string): Promise<{ path: string; file: Buffer }> {
  const path = join(folder, "model.gguf");
  await writeGguf(path, smallModel());
  return { path, file: await readFile(path) };
}

function text(value: string): Buffer {
  return Buffer.concat([u64(value.length), Buffer.from(value)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** A header of parts, and a kilobyte of nothing. */
function header(tensors: number | bigint, pairs: number | bigint, ...parts: Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors),
    u64(pairs),
    ...parts,
    Buffer.alloc(1_024),
  ]);
}

const HUGE = 2n ** 64n - 1n;

const HOSTILE: readonly (readonly [string, Buffer, RegExp])[] = [
  ["an older version", Buffer.concat([Buffer.from("GGUF"), u32(1), Buffer.alloc(99)]), /version 1/],
  [
    "a version of the other byte order",
    Buffer.concat([Buffer.from("GGUF\0\0\0\x03"), Buffer.alloc(99)]),
    /version/,
  ],
  ["more tensors than allowed", header(GGUF_LIMITS.tensors + 1, 0), /65537 tensors/],
  ["2^64 tensors", header(HUGE, 0), /tensors/],
  ["more pairs than allowed", header(0, GGUF_LIMITS.pairs + 1), /65537 pairs/],
  ["2^64 pairs", header(0, HUGE), /pairs/],
  ["more tensors than bytes", header(1_000, 0), /truncated/],
  ["more pairs than bytes", header(0, 1_000), /truncated/],
  ["an endless key", header(0, 1, u64(GGUF_LIMITS.keyBytes + 1)), /1025 bytes/],
  ["a key of 2^64 bytes", header(0, 1, u64(HUGE)), /bytes in a text/],
  [
    "the same key twice",
    header(0, 2, text("a"), u32(7), Buffer.of(1), text("a"), u32(7), Buffer.of(1)),
    /twice/,
  ],
  ["a value of no type", header(0, 1, text("a"), u32(13)), /type 13/],
  ["an endless text", header(0, 1, text("a"), u32(8), u64(GGUF_LIMITS.textBytes + 1)), /1048577 bytes/],
  ["a text beyond the end", header(0, 1, text("a"), u32(8), u64(2_000)), /truncated/],
  ["a list of lists", header(0, 1, text("a"), u32(9), u32(9), u64(1)), /list/],
  ["an endless list", header(0, 1, text("a"), u32(9), u32(8), u64(GGUF_LIMITS.items + 1)), /16777217 items/],
  ["a list of 2^64 numbers", header(0, 1, text("a"), u32(9), u32(10), u64(HUGE)), /items/],
  ["a list of numbers beyond the end", header(0, 1, text("a"), u32(9), u32(10), u64(200)), /truncated/],
  [
    "a long list of numbers beyond the end",
    header(0, 1, text("a"), u32(9), u32(10), u64(2_000)),
    /truncated/,
  ],
  ["a list of texts beyond the end", header(0, 1, text("a"), u32(9), u32(8), u64(200)), /truncated/],
  [
    "a text in a list beyond the end",
    header(0, 1, text("a"), u32(9), u32(8), u64(1), u64(2_000)),
    /truncated/,
  ],
  ["an endless name of a tensor", header(1, 0, u64(GGUF_LIMITS.tensorNameBytes + 1)), /64 bytes/],
  ["a tensor of five dimensions", header(1, 0, text("t"), u32(5)), /5 dimensions/],
  ["a tensor of 2^64 numbers", header(1, 0, text("t"), u32(1), u64(HUGE), u32(0), u64(0)), /numbers in "t"/],
  [
    "a tensor of 2^78 numbers",
    header(1, 0, text("t"), u32(2), u64(2 ** 39), u64(2 ** 39), u32(0), u64(0)),
    /numbers in "t"/,
  ],
  ["a tensor of no type", header(1, 0, text("t"), u32(1), u64(4), u32(4), u64(0)), /type 4/],
  ["a tensor of half a block", header(1, 0, text("t"), u32(1), u64(16), u32(8), u64(0)), /Q8_0/],
  ["a tensor between two places", header(1, 0, text("t"), u32(1), u64(4), u32(0), u64(8)), /not laid out/],
  ["a tensor beyond the end", header(1, 0, text("t"), u32(1), u64(4), u32(0), u64(4_096)), /truncated/],
  ["a tensor at 2^64", header(1, 0, text("t"), u32(1), u64(4), u32(0), u64(2n ** 64n - 32n)), /truncated/],
];

for (const [what, bytes, reason] of HOSTILE)
  test(`a file with ${what} is refused`, async (t) => {
    const path = join(await temporaryFolder(t), "model.gguf");
    await writeFile(path, bytes);
    await assert.rejects(inspectGguf(path), modelInvalid(reason));
  });

test("a model that is cut off in its header or its tensors is refused", async (t) => {
  const { path, file } = await sample(await temporaryFolder(t));
  // The last tensor is 12 bytes long, the rest of its 32 is padding.
  for (let length = file.length - 21; length >= 0; length--) {
    await truncate(path, length);
    await assert.rejects(inspectGguf(path), modelInvalid());
  }
});

test("of 4,000 damaged models each is refused or has sensible numbers, in little memory", async (t) => {
  const folder = await temporaryFolder(t);
  const { file } = await sample(folder);
  const before = process.resourceUsage().maxRSS;
  const mutations = fc.sample(arbitraryMutation, 4_000);
  let refused = 0;
  const work = async (path: string) => {
    for (let mutation = mutations.pop(); mutation !== undefined; mutation = mutations.pop()) {
      const damaged = mutated(file, mutation);
      await writeFile(path, damaged);
      try {
        const model = await inspectGguf(path);
        assert.ok(model.layers >= 1 && model.layers <= GGUF_LIMITS.layers);
        assert.ok(model.tensors.every(({ offset, bytes }) => offset + bytes <= damaged.length));
        assert.ok(Number.isSafeInteger(model.vocabulary));
      } catch (error) {
        assert.ok(isMemosError(error, "MODEL_INVALID"), `${error} ${JSON.stringify(mutation)}`);
        refused++;
      }
    }
  };
  await Promise.all([1, 2, 3, 4].map((number) => work(join(folder, `model${number}.gguf`))));
  assert.ok(refused > 1_000, `only ${refused} were refused`);
  assert.ok(process.resourceUsage().maxRSS - before < 256 * 1024, "kilobytes");
});
