import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { sha256 } from "../../../memcube/index.js";
import { HASHED_CHARACTERS } from "../../../memos/inference/hashedText.js";
import { StaticEmbedder } from "../../../memos/inference/index.js";
import { embedderContract } from "./embedderContract.js";

embedderContract("static", () => StaticEmbedder.load());

let embedder: StaticEmbedder;
before(async () => {
  embedder = await StaticEmbedder.load();
});

async function vectorOf(text: string): Promise<Float32Array> {
  const [vector] = await embedder.embed([text]);
  assert.ok(vector);
  return vector;
}

async function similarity(one: string, other: string): Promise<number> {
  const [a, b] = [await vectorOf(one), await vectorOf(other)];
  return a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
}

describe("static", () => {
  test("gives the bytes that its fingerprint stands for", async () => {
    // A vector that changes without its fingerprint would be compared with those of old stores.
    const vector = await vectorOf("Ana moved to Lisboa in 2024; 東京タワーは高い。");
    assert.equal(
      embedder.fingerprint.hash,
      "a1b3f0b83fd219a0b9dd83f33ad5f11aea92762cf7a53799da5023337da3ba87",
    );
    assert.equal(
      sha256(new Uint8Array(vector.buffer)),
      "286fe059f4a994604de34900ac605cb8fe0bbb2a76278f490d05e1b28a711207",
    );
  });

  test("finds a paraphrase without a common word nearer than an unrelated text", async () => {
    for (const [text, paraphrase, unrelated] of [
      ["The physician cured her illness.", "A doctor treated the disease.", "He repaired an old bicycle."],
      ["My automobile is broken.", "The car needs repair.", "We baked bread at home."],
      ["She purchased a residence.", "A woman bought the house.", "Dogs chase cats loudly."],
    ] as const)
      assert.ok((await similarity(text, paraphrase)) > (await similarity(text, unrelated)) + 0.1, text);
  });

  test("takes case, accents and compatibility forms as nothing", async () => {
    assert.deepEqual(await vectorOf("Café ＡＢＣ ﬁne"), await vectorOf("cafe abc fine"));
  });

  test("keeps different words apart in ten scripts that its vocabulary does not spell", async () => {
    for (const [one, other] of [
      ["Λισαβόνα", "καιρός"],
      ["Лиссабон", "погода"],
      ["لشبونة", "طقس"],
      ["ליסבון", "מזג"],
      ["लिस्बन", "मौसम"],
      ["ลิสบอน", "อากาศ"],
      ["里斯本", "天气"],
      ["リスボン", "てんき"],
      ["리스본", "날씨"],
      ["𐌻𐌹𐍃𐌰𐌱𐍉𐌽", "𐌷𐌹𐌼𐌹𐌽𐍃"],
    ] as const) {
      assert.ok((await similarity(one, other)) < 0.5, `${one} ${other}`);
      assert.ok((await similarity(`${one} ${other}`, one)) > 0.3, one);
    }
  });

  test("gives the zero vector only to a text without letter or digit", async () => {
    for (const text of ["", " \n\t", "…!?", "👍🏽", "\ufe0f\u0301", "\ud800"])
      assert.deepEqual(await vectorOf(text), new Float32Array(256));
    for (const text of ["a", "7", "ß", "の", "x".repeat(500), "\ud800x"])
      assert.ok(
        (await vectorOf(text)).some((value) => value !== 0),
        text,
      );
  });

  test("reads the beginning of a text of 200,000 characters", async () => {
    const long = "the dentist moved the appointment ".repeat(6_000);
    assert.deepEqual(await vectorOf(long), await vectorOf(long.slice(0, HASHED_CHARACTERS)));
    assert.ok((await vectorOf("a".repeat(200_000))).some((value) => value !== 0));
  });

  test("other work goes on while a large batch is embedded", async () => {
    const seen: string[] = [];
    setImmediate(() => seen.push("other work"));
    await embedder.embed(new Array(20_000).fill("the dentist moved the appointment to Friday"));
    seen.push("embedded");
    assert.deepEqual(seen, ["other work", "embedded"]);
  });
});
