import assert from "node:assert/strict";
import { test } from "node:test";
import { readInside } from "./support.js";

const GUIDE = `# Guide

Intro with *emphasis* and a [link](https://example.org).

## Install \`now\`

- one
- two

  still two

| a | b |
|---|---|
| 1 | 2 |

\`\`\`sh
# not a heading

npm install
\`\`\`

## Use
Last.
`;

test("Markdown keeps its blocks word for word, under their headings, with their lines", async () => {
  const { chunks, about } = await readInside("guide.md", GUIDE);
  assert.equal(about.title, "Guide");
  assert.deepEqual(
    chunks.map(({ headings, position, format }) => [headings, position.lines, format]),
    [
      [["Guide"], [3, 3], "markdown"],
      [["Guide", "Install now"], [7, 20], "markdown"],
      [["Guide", "Use"], [23, 23], "markdown"],
    ],
  );
  assert.equal(chunks[0]?.text, "Intro with *emphasis* and a [link](https://example.org).");
  assert.match(chunks[1]?.text ?? "", /- two\n\n {2}still two\n\n\| a \| b \|/);
  assert.match(chunks[1]?.text ?? "", /```sh\n# not a heading\n\nnpm install\n```$/);
});

test("lists, tables and code are not cut apart when they fit", async () => {
  const { chunks } = await readInside("guide.md", GUIDE, { chunkCharacters: 50 });
  assert.deepEqual(
    chunks.slice(2, 5).map(({ text }) => text),
    [
      "- one\n- two\n\n  still two",
      "| a | b |\n|---|---|\n| 1 | 2 |",
      "```sh\n# not a heading\n\nnpm install\n```",
    ],
  );
});

test("metadata before the text is kept as it is, and its title is the document's", async () => {
  const { chunks, about } = await readInside(
    "note.md",
    '---\ntitle: "A note"\ntags: [x]\n---\n\n# Heading\n\nText.\n',
  );
  assert.equal(about.title, "A note");
  assert.equal(chunks[0]?.text, '---\ntitle: "A note"\ntags: [x]\n---');
  assert.deepEqual([chunks[1]?.headings, chunks[1]?.position.lines], [["Heading"], [8, 8]]);
});

test("a rule at the beginning that never ends loses nothing", async () => {
  const { chunks } = await readInside("note.md", "---\nfirst\n\nsecond\n");
  assert.match(chunks.map(({ text }) => text).join("\n"), /first[\s\S]*second/);
});

test("a long document is parsed in sections, and lines are counted through all of them", async () => {
  const sections = Array.from(
    { length: 3_000 },
    (_, index) => `## Part ${index}\n\nWords of part ${index}.\n`,
  );
  const { chunks } = await readInside("long.md", sections.join("\n"));
  assert.equal(chunks.length, 3_000);
  for (const [index, { text, headings, position }] of chunks.entries()) {
    assert.equal(text, `Words of part ${index}.`);
    assert.deepEqual(headings, [`Part ${index}`]);
    assert.deepEqual(position.lines, [4 * index + 3, 4 * index + 3]);
  }
});

test("code that is longer than what is parsed at once stays code", async () => {
  const code = Array.from({ length: 30_000 }, (_, index) => `# step ${index} of the script`);
  const { chunks } = await readInside(
    "long.md",
    ["```sh", ...code, "```", "", "# After", "", "End."].join("\n"),
  );
  assert.deepEqual(chunks.at(-1)?.headings, ["After"]);
  assert.ok(chunks.slice(0, -1).every(({ headings }) => headings.length === 0));
});
