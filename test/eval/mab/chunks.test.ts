import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chunksOf as piecesOf } from "../../../eval/mab/chunks.js";
import { sentencesOf } from "../../../eval/mab/sentences.js";
import { o200k, type TokenCounter } from "../../../memos/retrieval/tokens.js";

async function chunksOf(source: string, tokens: number, counter: TokenCounter, signal?: AbortSignal) {
  return (await piecesOf(source, tokens, counter, signal)).map((piece) => piece.text);
}

test("sentences end where they end, and not at abbreviations, initials and serial numbers", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["It rained. He left! Why? Nobody knows", ["It rained.", "He left!", "Why?", "Nobody knows"]],
    ["Dr. Kordan met Mr. Lindt at 5 p.m. on Friday.", ["Dr. Kordan met Mr. Lindt at 5 p.m. on Friday."]],
    ["J. R. Roake wrote it. U.S. Steel paid.", ["J. R. Roake wrote it.", "U.S. Steel paid."]],
    ["0. A is B.\n1. C is D. 2. E is F.", ["0. A is B.", "1. C is D.", "2. E is F."]],
    ["He was born in 1947. She came later.", ["He was born in 1947.", "She came later."]],
    ['"Go!" she said. "Now." (He went.) So', ['"Go!"', "she said.", '"Now."', "(He went.)", "So"]],
    ["彼は来た。雨が降った。", ["彼は来た。", "雨が降った。"]],
    ["  \n ", []],
  ];
  for (const [text, expected] of cases) assert.deepEqual([...sentencesOf(text)], expected);
});

const text = fc
  .array(
    fc.constantFrom("Rome fell. ", "Dr. X came! ", "word ", "\n", "東京。", "12. ", "long-".repeat(40), "😀"),
  )
  .map((parts) => parts.join(""));

test("chunks hold every character of the text in order, none is empty and none too long", async () => {
  const counter = await o200k();
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 4, max: 60 }), async (source, tokens) => {
      const chunks = await chunksOf(source, tokens, counter);
      assert.equal(chunks.join("").replace(/\s/g, ""), source.replace(/\s/g, ""));
      for (const chunk of chunks) {
        assert.notEqual(chunk.trim(), "");
        // Joined sentences may merge or split a token at the seam; each of them was counted alone.
        assert.ok(counter.count(chunk) <= tokens + chunk.split(" ").length);
      }
    }),
    { numRuns: 60 },
  );
});

test("packing is greedy: the next sentence would not have fitted", async () => {
  const counter = await o200k();
  const sentences = Array.from({ length: 40 }, (_, index) => `Statement ${index} is about the town.`);
  const chunks = await chunksOf(sentences.join(" "), 50, counter);
  assert.equal(chunks.join(" "), sentences.join(" "));
  for (const [index, chunk] of chunks.slice(0, -1).entries()) {
    const [next = ""] = [...sentencesOf(chunks[index + 1] as string)];
    const used = [...sentencesOf(chunk)].reduce((sum, sentence) => sum + counter.count(sentence), 0);
    assert.ok(used <= 50 && used + counter.count(next) > 50);
  }
});

test("a text without any end of a sentence is cut at its lines", async () => {
  const counter = await o200k();
  const lines = Array.from({ length: 300 }, (_, index) => `utterance about the card\nlabel: ${index}`);
  const chunks = await chunksOf(lines.join("\n\n"), 100, counter);
  assert.ok(chunks.length > 10);
  for (const chunk of chunks) assert.match(chunk, /^utterance[\s\S]*label: \d+$/);
});

test("a context that is taken apart can be cancelled", async () => {
  const counter = await o200k();
  await assert.rejects(chunksOf("One. Two.", 10, counter, AbortSignal.abort()), { code: "ABORTED" });
});
