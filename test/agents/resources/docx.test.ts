import assert from "node:assert/strict";
import { test } from "node:test";
import { refused } from "../../memos/support.js";
import { docx, paragraph, readInside, zip } from "./support.js";

const cell = (text: string) => `<w:tc>${paragraph(text)}</w:tc>`;
const item = (text: string, level: number) =>
  paragraph(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="1"/></w:numPr>`);

test("DOCX gives paragraphs, lists, tables and notes under their headings, with the numbers of paragraphs", async () => {
  const body = [
    paragraph("Guide", '<w:pStyle w:val="berschrift1"/>'),
    paragraph("First &amp; foremost."),
    paragraph("Details", '<w:pStyle w:val="H2"/>'),
    item("one", 0),
    item("inner", 1),
    `<w:tbl><w:tr>${cell("a")}${cell("b")}</w:tr><w:tr>${cell("1")}${cell("2")}</w:tr></w:tbl>`,
    paragraph("After."),
  ].join("");
  const { chunks, about } = await readInside(
    "guide.docx",
    docx(body, {
      "docProps/core.xml": "<cp:coreProperties><dc:title>The guide</dc:title></cp:coreProperties>",
      "word/footnotes.xml": `<w:footnotes><w:footnote>${paragraph("A note.")}</w:footnote></w:footnotes>`,
    }),
  );
  assert.equal(about.title, "The guide");
  assert.deepEqual(
    chunks.map(({ headings, text, position }) => [headings, text, position.paragraphs]),
    [
      [["Guide"], "First & foremost.", [2, 2]],
      [["Guide", "Details"], "- one\n  - inner\n\na | b\n1 | 2\n\nAfter.\n\nA note.", [4, 11]],
    ],
  );
});

test("entities that a document declares are not expanded", async () => {
  const lol = `<!DOCTYPE x [<!ENTITY a "${"ha".repeat(1_000)}"><!ENTITY b "&a;&a;&a;&a;">]>`;
  const file = docx("", {
    "word/document.xml": `${lol}<w:document>${paragraph("said &b; so")}</w:document>`,
  });
  assert.equal((await readInside("x.docx", file)).chunks[0]?.text, "said &b; so");
});

test("an archive that would inflate to more than is allowed is refused by its directory", async () => {
  const bomb = Buffer.alloc(50_000_000, " ");
  const file = docx(paragraph("small"), { "word/media/bomb.xml": { content: bomb } });
  assert.ok(file.length < 100_000);
  await assert.rejects(readInside("bomb.docx", file), refused("TOO_LARGE"));
  await assert.rejects(
    readInside("sum.docx", docx(paragraph("small")), { inflatedBytes: 100 }),
    refused("TOO_LARGE"),
  );
  await assert.rejects(
    readInside("many.docx", docx(paragraph("small")), { zipEntries: 2 }),
    refused("TOO_LARGE"),
  );
});

test("an entry that inflates to more than the directory says is refused when it does", async () => {
  const body = `<w:document><w:body>${paragraph("word ".repeat(100_000))}</w:body></w:document>`;
  const file = docx("", { "word/document.xml": { content: body, claimed: 1_000 } });
  await assert.rejects(readInside("liar.docx", file), refused("DOCUMENT_INVALID"));
});

test("an archive without a Word document, and one that is cut off, are refused", async () => {
  await assert.rejects(readInside("x.docx", zip({ "a.txt": "text" })), refused("DOCUMENT_INVALID"));
  const whole = docx(paragraph("text"));
  await assert.rejects(
    readInside("x.docx", whole.subarray(0, whole.length - 60)),
    refused("DOCUMENT_INVALID"),
  );
});
