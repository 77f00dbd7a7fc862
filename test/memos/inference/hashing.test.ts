import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { sha256 } from "../../../memcube/index.js";
import { HASHED_CHARACTERS } from "../../../memos/inference/hashedText.js";
import { HashingEmbedder } from "../../../memos/inference/hashing.js";
import { embedderContract } from "./embedderContract.js";

embedderContract("hashing", () => new HashingEmbedder());

const embedder = new HashingEmbedder();

async function vectorOf(text: string): Promise<Float32Array> {
  const [vector] = await embedder.embed([text]);
  assert.ok(vector);
  return vector;
}

async function similarity(one: string, other: string): Promise<number> {
  const [a, b] = [await vectorOf(one), await vectorOf(other)];
  return a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
}

async function assertSame(one: string, other: string): Promise<void> {
  assert.deepEqual(await vectorOf(one), await vectorOf(other));
}

describe("hashing", () => {
  test("gives the bytes that its fingerprint stands for", async () => {
    // A vector that changes without its fingerprint would be compared with those of old stores.
    const vector = await vectorOf("Ana moved to Lisboa in 2024; 東京タワーは高い。");
    assert.equal(
      embedder.fingerprint.hash,
      "c7eda18dd1dea9eda2ea96bdb286203d823bf1e1e1d0f44e5fae840d2f8391d8",
    );
    assert.equal(
      sha256(new Uint8Array(vector.buffer)),
      "fab2a2149f9464d2600d8aeee354c1182d2f59d4e0f2caa71a0facfcb2a38e4e",
    );
  });

  test("takes compatibility forms, composition and case as the same", async () => {
    await assertSame("Café ＡＢＣ ﬁne", "CAFE\u0301 abc FINE");
    await assertSame("ﾊﾟﾘ", "パリ");
  });

  test("takes spaces and punctuation as ends of words and nothing more", async () => {
    await assertSame("Hello,   world!", "hello world");
    await assertSame("東京。", "「東京」");
  });

  test("takes the order of words as nothing", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.stringMatching(/^[a-zа-я0-9]{1,12}$/)), async (words) => {
        const [there, back] = [await vectorOf(words.join(" ")), await vectorOf(words.toReversed().join(" "))];
        for (const [at, value] of there.entries()) assert.ok(Math.abs(value - (back[at] as number)) < 1e-6);
      }),
    );
  });

  test("finds a word in its inflection nearer than in another word", async () => {
    assert.ok((await similarity("gardening", "gardener")) > 0.3);
    assert.ok((await similarity("gardening", "mathematics")) < 0.3);
    assert.ok((await similarity("Лиссабон", "Лиссабоне")) > 0.5);
  });

  test("keeps a word with vowel signs or diacritics in one piece", async () => {
    assert.ok((await similarity("हिन्दी", "ह न द")) < 0.5);
    await assertSame("\u0301\u0301 word", "word");
  });

  test("finds a phrase without spaces by its pairs of characters", async () => {
    assert.ok((await similarity("東京タワーは高い", "東京タワー")) > 0.5);
    assert.ok(Math.abs(await similarity("東京タワー", "京都の天気")) < 0.5);
    assert.notDeepEqual(await vectorOf("猫"), await vectorOf("犬"));
    assert.notDeepEqual(await vectorOf("東京"), await vectorOf("京東"));
  });

  test("lets short words, which say least, count less than long ones", async () => {
    assert.ok(
      (await similarity("is the dentist on", "dentist")) >
        (await similarity("is the dentist on", "is the on")),
    );
  });

  test("lets a word said fifty times leave room for one said once", async () => {
    // Counted in full, the repeated word would leave it a fiftieth.
    assert.ok((await similarity(`${"telephone ".repeat(50)}gardening`, "gardening")) > 0.05);
  });

  test("gives the zero vector only to a text without letter or digit", async () => {
    for (const text of ["", " \n\t", "…!?", "👍🏽", "\ufe0f\u0301", "\ud800"])
      assert.deepEqual(await vectorOf(text), new Float32Array(256));
    for (const text of ["a", "7", "ß", "の", "ー", "𐌰", "\ud800x"])
      assert.ok(
        (await vectorOf(text)).some((value) => value !== 0),
        text,
      );
  });

  test("reads the beginning of a long text, so that 1 MB costs no more than a page", async () => {
    const page = "The quick brown fox jumps over the lazy dog. ".repeat(200).slice(0, HASHED_CHARACTERS);
    await assertSame(`${page}${"another story ".repeat(75_000)}`, page);
    // One character that becomes eighteen under NFKC; the most features that a text can have.
    const expanding = "\ufdfa".repeat(1_000_000);
    await assertSame(expanding, expanding.slice(0, HASHED_CHARACTERS));
    await vectorOf(
      Array.from({ length: HASHED_CHARACTERS }, (_, at) => String.fromCharCode(0xac00 + at)).join(""),
    );
  });

  test("cuts marks that no writing piles up, whose ordering takes quadratic time", async () => {
    const marks = "\u0301\u0316".repeat(15);
    await assertSame(`a${marks}${"\u0301\u0316".repeat(2_000)} b`, `a${marks} b`);
    await assertSame(`か${"\uff9e\u0316".repeat(2_000)}`, `か${"\uff9e\u0316".repeat(15)}`);
  });

  test("an abort in the middle of a batch ends it and leaves nothing behind", async () => {
    const before = await vectorOf("dentist on Friday");
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    await assert.rejects(
      embedder.embed(new Array(200_000).fill("telephone"), { signal: controller.signal }),
      {
        code: "ABORTED",
      },
    );
    assert.deepEqual(await vectorOf("dentist on Friday"), before);
  });

  test("other work goes on while a large batch is embedded", async () => {
    const seen: string[] = [];
    setImmediate(() => seen.push("other work"));
    await embedder.embed(new Array(20_000).fill("the dentist moved the appointment to Friday"));
    seen.push("embedded");
    assert.deepEqual(seen, ["other work", "embedded"]);
  });
});
