import assert from "node:assert/strict";
import { test } from "node:test";
import { refused } from "../../memos/support.js";
import { readInside } from "./support.js";

test("plain text is cut between its paragraphs and cites its lines", async () => {
  const text = "First line\r\nsecond line\r\n\r\n\r\nThird paragraph.\n";
  const { chunks } = await readInside("notes.txt", text, { chunkCharacters: 30 });
  assert.deepEqual(
    chunks.map((chunk) => [chunk.text, chunk.position.lines]),
    [
      ["First line\nsecond line", [1, 2]],
      ["Third paragraph.", [5, 5]],
    ],
  );
});

test("a line without an end is cut, and keeps its number", async () => {
  const { chunks } = await readInside("long.txt", `first\n\n${"word ".repeat(40_000)}`);
  assert.equal(
    chunks
      .map(({ text }) => text)
      .join(" ")
      .match(/word/g)?.length,
    40_000,
  );
  assert.ok(chunks.slice(1).every(({ position }) => position.lines?.[0] === 3));
});

test("text in UTF-16 is read by its mark", async () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("Grüße, 世界", "utf16le")]);
  assert.equal((await readInside("x.txt", bytes)).chunks[0]?.text, "Grüße, 世界");
});

test("a damaged place in a text is marked and told", async () => {
  const bytes = Buffer.concat([Buffer.from("good ".repeat(50)), Buffer.from([0xc3]), Buffer.from(" text")]);
  const { chunks, warnings } = await readInside("x.txt", bytes);
  assert.match(chunks[0]?.text ?? "", /good \ufffd text$/);
  assert.deepEqual(warnings, ["UNREADABLE_CHARACTERS"]);
});

test("bytes that are no text are refused", async () => {
  await assert.rejects(readInside("x.txt", Buffer.from([1, 2, 0, 3])), refused("DOCUMENT_INVALID"));
  const noise = Buffer.from(Array.from({ length: 20_000 }, (_, index) => 128 + (index % 128)));
  await assert.rejects(readInside("x.txt", noise), refused("DOCUMENT_INVALID"));
});

const CODE = `import { a } from "a";
import { b } from "b";

/** Says hello. */
export function hello(name: string): string {
  const greeting = "hello";

  return \`\${greeting} \${name}\`;
}

@decorated
export class Bees {
  count = 1;

  buzz() {
    return "bzz";
  }
}
`;

test("source code is cut between declarations, each with what is said about it and the lines it takes", async () => {
  const { chunks } = await readInside("bees.ts", CODE, { chunkCharacters: 170 });
  assert.deepEqual(
    chunks.map(({ headings, position }) => [headings, position.lines]),
    [
      [['import { a } from "a";'], [1, 2]],
      [["export function hello(name: string): string {"], [4, 9]],
      [["export class Bees {"], [11, 18]],
    ],
  );
  assert.match(chunks[1]?.text ?? "", /^\/\*\* Says hello\. \*\/\nexport function/);
  assert.match(chunks[2]?.text ?? "", /^@decorated\nexport class[\s\S]*\}$/);
});

test("a language of indentation is cut the same way", async () => {
  const python =
    "import os\n\n# The first.\ndef first():\n    if True:\n        pass\n    else:\n        pass\n\ndef second():\n    pass\n";
  const { chunks } = await readInside("x.py", python, { chunkCharacters: 80 });
  assert.deepEqual(
    chunks.map(({ position }) => position.lines),
    [
      [1, 1],
      [3, 8],
      [10, 11],
    ],
  );
});

test("a declaration that does not fit is cut inside, and every part names it", async () => {
  const methods = Array.from(
    { length: 20 },
    (_, index) => `  method${index}() {\n    return ${index};\n  }\n`,
  );
  const { chunks } = await readInside("big.ts", `class Big {\n${methods.join("\n")}}\n`, {
    chunkCharacters: 200,
  });
  assert.ok(chunks.length > 3);
  assert.ok(chunks.every(({ headings }) => headings[0] === "class Big {"));
  for (const [index, chunk] of chunks.entries())
    if (index > 0)
      assert.ok((chunk.position.lines?.[0] ?? 0) > (chunks[index - 1]?.position.lines?.[1] ?? 0));
});
