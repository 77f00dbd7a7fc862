import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOf } from "../../../agents/resources/index.js";
import { refused } from "../../memos/support.js";

const kind = (content: string | Buffer, name: string) => kindOf(Buffer.from(content), name).kind;

test("a document is what its first bytes say, whatever it is called, when its name says nothing", () => {
  assert.equal(kind("%PDF-1.7\n", "report"), "pdf");
  assert.equal(kind("\n%PDF-1.7\n", "report.dat"), "pdf");
  assert.equal(kind("PK\u0003\u0004", "report"), "docx");
  assert.equal(kind(Buffer.from("89504e470d0a1a0a", "hex"), "picture"), "image");
  assert.equal(kind("<!DOCTYPE html><p>", "page"), "html");
});

test("where the bytes say nothing, the name does", () => {
  assert.equal(kind("# Title", "README.md"), "markdown");
  assert.equal(kind("<p>text", "page.HTM"), "html");
  assert.equal(kind("export {}", "index.ts"), "code");
  assert.equal(kind("words", "LICENSE"), "text");
  assert.equal(kind("It begins with\n%PDF-1.4 and goes on", "about-pdf.txt"), "text");
});

test("an image may be of another format than its name says", () => {
  assert.equal(kindOf(Buffer.from("89504e470d0a1a0a", "hex"), "x.jpg").mime, "image/png");
});

test("a file that lies about its kind is refused", () => {
  const lies = [
    ["%PDF-1.7", "report.docx"],
    ["%PDF-1.7", "notes.md"],
    ["PK\u0003\u0004", "report.pdf"],
    ["plain words", "report.pdf"],
    ["plain words", "report.docx"],
    ["plain words", "photo.jpg"],
    ["\u007fELF", "notes.txt"],
  ] as const;
  for (const [content, name] of lies)
    assert.throws(() => kind(content, name), refused("DOCUMENT_INVALID"), name);
});

test("a kind that is not read is refused by what it is", () => {
  assert.throws(() => kind(Buffer.from("1f8b0800", "hex"), "archive"), refused("UNSUPPORTED"));
  assert.throws(() => kind(Buffer.from("d0cf11e0a1b11ae1", "hex"), "old.doc"), refused("UNSUPPORTED"));
});
