import assert from "node:assert/strict";
import { test } from "node:test";
import {
  contentSchema,
  payloadSchema,
  scopeSchema,
  sourceSchema,
  versionSchema,
} from "../../memcube/index.js";
import { sampleFile } from "./forge.js";

function isText(text: string): boolean {
  return payloadSchema.safeParse({ kind: "plaintext", text, format: "text" }).success;
}

function isName(tenant: string): boolean {
  return scopeSchema.safeParse({ tenant }).success;
}

test("verbatim text keeps line breaks, tabs, control characters and every script", () => {
  for (const text of ["a\r\n\tb", "\u0007", "日本語", "😀", "\u2028x", " padded "])
    assert.ok(isText(text), text);
});

test("text that no store can give back word for word is refused", () => {
  for (const text of ["", " \n\t", "a\u0000b", "\ud83d", "\ude00\ud83d"]) assert.equal(isText(text), false);
});

test("a name is on one line: no control character and no line break of any script", () => {
  for (const name of ["ana", "Łódź", "日本", "a b", "👩‍💻"]) assert.ok(isName(name), name);
  for (const name of ["", " ", "a\nb", "a\u0000", "\u007f", "a\u0085b", "a\u2028b", "a\u2029b", "\ud800"])
    assert.equal(isName(name), false, JSON.stringify(name));
});

test("the cause of a version may be empty, but is text that a database gives back as it was", () => {
  const [version] = sampleFile("plaintext").portable.versions;
  const isCause = (cause: string) => versionSchema.safeParse({ ...version, cause }).success;
  for (const cause of ["", "two\nlines", "😀"]) assert.ok(isCause(cause), cause);
  for (const cause of ["\ud800", "a\u0000b"]) assert.equal(isCause(cause), false);
});

test("the span of a source does not end before it begins", () => {
  const { sha256, cube } = { sha256: "0".repeat(64), cube: sampleFile("plaintext").portable.cube.id };
  const isSpan = (span: unknown) => sourceSchema.safeParse({ cube, sha256, span }).success;
  for (const span of [
    [0, 0],
    [3, 9],
  ])
    assert.ok(isSpan(span));
  for (const span of [[9, 3], [-1, 3], [0.5, 3], [3], [1, 2, 3]]) assert.equal(isSpan(span), false);
});

test("a field that nobody knows is refused, not dropped", () => {
  const [version] = sampleFile("plaintext").portable.versions;
  assert.equal(contentSchema.safeParse({ ...version?.content, colour: "red" }).success, false);
});
