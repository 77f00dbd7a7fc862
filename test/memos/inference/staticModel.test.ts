import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { isMemosError } from "../../../memcube/index.js";
import { StaticEmbedder } from "../../../memos/inference/index.js";

const MODEL = new URL("../../../../models/static-minilm-256.bin", import.meta.url);

describe("the file of token vectors", () => {
  let folder: string;
  let whole: Buffer;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "memos-static-"));
    whole = await readFile(MODEL);
  });
  after(() => rm(folder, { recursive: true }));

  async function assertRefused(content: Uint8Array, reason: RegExp): Promise<void> {
    const path = join(folder, "model.bin");
    await writeFile(path, content);
    await assert.rejects(
      StaticEmbedder.load(path),
      (error) => isMemosError(error, "EMBEDDER_FAILED") && reason.test(error.message),
    );
  }

  test("is at most 10 MB", () => {
    assert.ok(whole.length <= 10_000_000);
  });

  test("that is missing is named", async () => {
    await assert.rejects(
      StaticEmbedder.load(join(folder, "none.bin")),
      (error) => isMemosError(error, "EMBEDDER_FAILED") && /none\.bin/.test(error.message),
    );
  });

  test("that is empty, cut or continued is refused", async () => {
    await assertRefused(new Uint8Array(0), /not a file of token vectors/);
    await assertRefused(whole.subarray(0, 40), /not a file of token vectors/);
    await assertRefused(whole.subarray(0, whole.length - 1), /bytes/);
    await assertRefused(Buffer.concat([whole, Buffer.from([0])]), /bytes/);
  });

  test("with another beginning, version or dimension is refused", async () => {
    for (const [at, reason] of [
      [0, /not a file of token vectors/],
      [8, /version/],
      [12, /bytes/],
      [16, /bytes/],
      [20, /bytes/],
    ] as const) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] as number) ^ 1;
      await assertRefused(changed, reason);
    }
  });

  test("with one wrong bit anywhere after the header is refused", async () => {
    for (const at of [24, 56, 300_000, whole.length - 1]) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] as number) ^ 0x40;
      await assertRefused(changed, /checksum/);
    }
  });
});
