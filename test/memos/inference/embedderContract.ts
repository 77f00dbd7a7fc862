import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import fc from "fast-check";
import { isMemosError, sha256Schema } from "../../../memcube/index.js";
import type { Embedder } from "../../../memos/inference/index.js";

const SCRIPTS = {
  Latin: "Ana moved to Lisboa in março, near the façade.",
  Greek: "Η Άννα μετακόμισε στη Λισαβόνα.",
  Cyrillic: "Анна переехала в Лиссабон.",
  Arabic: "انتقلت آنا إلى لشبونة في مارس.",
  Hebrew: "אנה עברה לליסבון במרץ.",
  Devanagari: "आना मार्च में लिस्बन चली गई।",
  Thai: "แอนาย้ายไปลิสบอน",
  Han: "安娜三月搬到了里斯本。",
  Kana: "アナはリスボンへひっこしました。",
  Hangul: "아나는 3월에 리스본으로 이사했다.",
  Gothic: "𐌰𐌽𐌰 𐌹𐌽 𐌻𐌹𐍃𐌰𐌱𐍉𐌽",
};

function lengthOf(vector: Float32Array): number {
  return Math.hypot(...vector);
}

/**
 * What every embedder promises. A new one is done when this passes.
 *
 * @param make a new embedder of the same configuration each time; what it holds is given back when the test ends.
 */
export function embedderContract(
  name: string,
  make: (context: TestContext) => Embedder | Promise<Embedder>,
): void {
  const texts = Object.values(SCRIPTS);

  function assertVectors(embedder: Embedder, vectors: readonly Float32Array[], count: number): void {
    const { dimension } = embedder.fingerprint;
    assert.equal(vectors.length, count);
    for (const vector of vectors) {
      assert.ok(vector instanceof Float32Array);
      assert.equal(vector.length, dimension);
      if (dimension > 0) assert.ok(Math.abs(lengthOf(vector) - 1) < 1e-5, `length ${lengthOf(vector)}`);
    }
  }

  describe(`${name} keeps the contract of embedders`, () => {
    test("its fingerprint is the same each time, its weight between 0 and 1", async (t) => {
      const [one, other] = [await make(t), await make(t)];
      assert.deepEqual(one.fingerprint, other.fingerprint);
      assert.ok(sha256Schema.safeParse(one.fingerprint.hash).success);
      assert.ok(one.fusionWeight >= 0 && one.fusionWeight <= 1);
    });

    test("the same text gives the same vector, from another instance too", async (t) => {
      const [one, other] = [await make(t), await make(t)];
      const first = await one.embed(texts);
      assert.deepEqual(await one.embed(texts), first);
      assert.deepEqual(await other.embed(texts), first);
    });

    test("vectors come in the order of the texts, whatever stands beside them", async (t) => {
      const embedder = await make(t);
      const alone: Float32Array[] = [];
      for (const text of texts) alone.push(...(await embedder.embed([text])));
      assert.deepEqual(await embedder.embed(texts), alone);
      assert.deepEqual(await embedder.embed(texts.toReversed()), alone.toReversed());
    });

    for (const [script, text] of Object.entries(SCRIPTS))
      test(`${script} has a vector of unit length`, async (t) => {
        const embedder = await make(t);
        assertVectors(embedder, await embedder.embed([text]), 1);
        assertVectors(embedder, await embedder.embed([text], { purpose: "query" }), 1);
      });

    test("any text with a letter has a vector of unit length, be it well-formed or not", async (t) => {
      const embedder = await make(t);
      const text = fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(text, { maxLength: 8 }), async (list) => {
          const lettered = list.map((item) => `a ${item}`);
          assertVectors(embedder, await embedder.embed(lettered), lettered.length);
        }),
        { numRuns: 25 },
      );
    });

    test("no texts give no vectors", async (t) => {
      assert.deepEqual(await (await make(t)).embed([]), []);
    });

    test("a vector belongs to the caller: changing it changes no later one", async (t) => {
      const embedder = await make(t);
      const [before] = await embedder.embed(["mine"]);
      const copy = before?.slice();
      before?.fill(7);
      assert.deepEqual((await embedder.embed(["mine"]))[0], copy);
    });

    test("calls at the same time do not disturb each other", async (t) => {
      const embedder = await make(t);
      const alone = await embedder.embed(texts);
      const together = await Promise.all(texts.map((text) => embedder.embed([text])));
      assert.deepEqual(together.flat(), alone);
    });

    test("an aborted signal is obeyed before the first text", async (t) => {
      const embedder = await make(t);
      for (const list of [texts, []])
        await assert.rejects(embedder.embed(list, { signal: AbortSignal.abort() }), (error) =>
          isMemosError(error, "ABORTED"),
        );
      assertVectors(embedder, await embedder.embed(texts), texts.length);
    });
  });
}
