import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Block } from "../../../agents/resources/block.js";
import { chunksOf } from "../../../agents/resources/chunking.js";
import { cutText } from "../../../agents/resources/cutText.js";
import { type Chunk, RESOURCE_LIMITS, type ResourceLimits } from "../../../agents/resources/index.js";
import { collect, refused } from "../../memos/support.js";

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

function chunked(blocks: readonly Block[], limits: Partial<ResourceLimits> = {}): Promise<Chunk[]> {
  const reading = {
    limits: { ...RESOURCE_LIMITS, ...limits },
    about: () => undefined,
    warn: () => undefined,
    alive: () => undefined,
  };
  return collect(chunksOf(each(blocks), "text", reading));
}

const paragraph = (text: string, line = 1): Block => ({
  kind: "paragraph",
  text,
  position: { lines: [line, line + text.split("\n").length - 1] },
});
const heading = (level: number, text: string): Block => ({ kind: "heading", level, text, position: {} });

test("passages under one heading share a chunk as long as they fit, and none is cut", async () => {
  const chunks = await chunked(
    [paragraph("a".repeat(40), 1), paragraph("b".repeat(40), 3), paragraph("c".repeat(40), 5)],
    {
      chunkCharacters: 100,
    },
  );
  assert.deepEqual(
    chunks.map(({ text, position }) => [text.length, position.lines]),
    [
      [82, [1, 3]],
      [40, [5, 5]],
    ],
  );
});

test("a chunk carries the titles that it stands under", async () => {
  const chunks = await chunked([
    heading(1, "Guide"),
    paragraph("first"),
    heading(2, "Install"),
    paragraph("second"),
    heading(2, "Use"),
    paragraph("third"),
    heading(1, "End"),
    paragraph("fourth"),
  ]);
  assert.deepEqual(
    chunks.map(({ headings }) => headings),
    [["Guide"], ["Guide", "Install"], ["Guide", "Use"], ["End"]],
  );
});

test("a title with nothing under it is not lost", async () => {
  const chunks = await chunked([
    heading(1, "Guide"),
    heading(2, "Empty"),
    heading(2, "Full"),
    paragraph("text"),
  ]);
  assert.deepEqual(
    chunks.map(({ text }) => text),
    ["Empty", "text"],
  );
});

test("a passage that does not fit is cut between its lines, and each part says which lines it is", async () => {
  const lines = Array.from({ length: 10 }, (_, index) => `line ${index} ${"x".repeat(20)}`);
  const chunks = await chunked([paragraph(lines.join("\n"), 7)], { chunkCharacters: 100 });
  assert.ok(chunks.every(({ text }) => text.length <= 100));
  assert.deepEqual(chunks.map(({ text }) => text).join("\n"), lines.join("\n"));
  assert.deepEqual(chunks[1]?.position.lines, [10, 12]);
});

test("each part of a table that is cut begins with its head", async () => {
  const rows = Array.from({ length: 20 }, (_, index) => `| row ${index} | value |`);
  const text = ["| name | value |", "|---|---|", ...rows].join("\n");
  const chunks = await chunked([{ kind: "table", text, position: {} }], { chunkCharacters: 200 });
  assert.ok(chunks.length > 2);
  for (const chunk of chunks) assert.match(chunk.text, /^\| name \| value \|\n\|---\|---\|\n\| row/);
});

test("control characters are left out of the text", async () => {
  const [chunk] = await chunked([paragraph("a\u0000b\u001b[31mc\r\nd\ud800")]);
  assert.equal(chunk?.text, "ab[31mc\nd\ufffd");
});

test("a text beyond the limits of characters or chunks is refused", async () => {
  await assert.rejects(chunked([paragraph("a".repeat(11))], { characters: 10 }), refused("TOO_LARGE"));
  const many = ["a", "b", "c"].flatMap((title) => [heading(1, title), paragraph(title)]);
  await assert.rejects(chunked(many, { chunks: 2 }), refused("TOO_LARGE"));
});

test("whatever a document holds, no chunk is empty or too long, and no word is lost", async () => {
  const word = fc.stringMatching(/^[a-zé漢]{1,30}$/);
  const text = fc
    .array(fc.tuple(word, fc.constantFrom(" ", "\n", "\n\n", ". ")), { minLength: 1, maxLength: 60 })
    .map((parts) => parts.flat().join(""));
  const block = fc.oneof(
    text.map((value): Block => paragraph(value)),
    fc.tuple(fc.integer({ min: 1, max: 4 }), word).map(([level, title]) => heading(level, title)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(block, { maxLength: 12 }), async (blocks) => {
      const chunks = await chunked(blocks, { chunkCharacters: 80 });
      for (const chunk of chunks) {
        assert.ok(chunk.text.trim() !== "" && chunk.text.length <= 80);
        assert.equal(chunk.text, chunk.text.trimEnd());
      }
      const letters = (value: string) => value.replace(/\s+/g, "");
      const said = blocks.filter(({ kind }) => kind !== "heading").map((one) => letters(one.text));
      const bare = new Set(blocks.filter(({ kind }) => kind === "heading").map((one) => one.text));
      const kept = chunks.filter((chunk) => !bare.has(chunk.text)).map((chunk) => letters(chunk.text));
      if (!said.some((one) => bare.has(one))) assert.equal(kept.join(""), said.join(""));
    }),
    { numRuns: 200 },
  );
});

test("cuts cover a text, are never longer than allowed, and do not divide a character", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 400 }),
      fc.integer({ min: 2, max: 50 }),
      (text, most) => {
        const cuts = cutText(text, most);
        assert.equal(cuts.map(({ start, end }) => text.slice(start, end)).join(""), text);
        for (const { start, end } of cuts) {
          assert.ok(end > start && end - start <= most);
          assert.ok(!text.isWellFormed() || text.slice(start, end).isWellFormed());
        }
      },
    ),
  );
});
