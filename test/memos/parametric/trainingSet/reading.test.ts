import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../../../../memcube/index.js";
import { filled, phrasings } from "../../../../memos/parametric/phrasings.js";
import type { Source } from "../../../../memos/parametric/trainingSet/index.js";
import { NAME_CHARACTERS } from "../../../../memos/parametric/trainingSet/pattern.js";
import {
  READ_CHARACTERS,
  READ_SENTENCES,
  readingOf,
} from "../../../../memos/parametric/trainingSet/reading.js";
import { sourceOf } from "../sources.js";

function read(source: Source): string[] {
  return readingOf(source).stated.map(
    ({ subject = "I", relation, object }) => `${subject} | ${relation.name} | ${object}`,
  );
}

const said = (text: string) => read(sourceOf(1, text));

test("a sentence in any phrasing of the table, held out or not, is read back", () => {
  for (const relation of phrasings().relations) {
    for (const template of [...relation.statements, ...relation.heldStatements])
      assert.deepEqual(
        said(filled(template, { s: "Ana Silva", o: "Marvao" })),
        [`Ana Silva | ${relation.name} | Marvao`],
        template,
      );
    for (const template of [...relation.ownStatements, ...relation.heldOwnStatements])
      assert.deepEqual(said(filled(template, { o: "Marvao" })), [`I | ${relation.name} | Marvao`], template);
  }
});

test("what is no plain statement about somebody with a name is not read as one", () => {
  for (const text of [
    "Does Ana Silva live in Porto?",
    "Ana Silva lives in Porto?",
    "Yesterday Ana Silva moved to Porto.",
    "If Ana moved to Porto.",
    "She lives in Porto.",
    "My sister lives in Porto.",
    "The old man lives in Porto.",
    "Ana Silva lives in Porto and works at Acme.",
    "Ana Silva moved to Porto last year.",
    `Ana ${"A".repeat(NAME_CHARACTERS)} lives in Porto.`,
  ])
    assert.deepEqual(said(text), [], text);
});

test("the ledger says where an object ends, and what no phrasing of the table states", () => {
  const source = sourceOf(1, "I moved to Porto last week. Ana's shoe size is 42, and she visited Faro.", {
    facts: [
      { subject: "user-1", relation: "lives in", object: "Porto" },
      { subject: "Ana", relation: "shoe size", object: "42" },
      { subject: "Ana", relation: "visited", object: "Faro" },
      { subject: "user-1's sister", relation: "works at", object: "Acme" },
    ],
  });
  assert.deepEqual(read(source), ["I | home | Porto", "Ana | shoe size | 42", "my sister | employer | Acme"]);
  assert.equal(readingOf(source).rest, "");
});

test("who says I is the owner, somebody with a name, or nobody", () => {
  const text = "I live in Porto.";
  assert.deepEqual(read(sourceOf(1, text)), ["I | home | Porto"]);
  assert.deepEqual(read(sourceOf(1, text, { actor: "Caroline" })), ["Caroline | home | Porto"]);
  assert.deepEqual(read(sourceOf(1, text, { actor: "bot-7" })), []);
  const { cube, ...rest } = sourceOf(1, text);
  const assistant = { ...cube, provenance: { ...cube.provenance, origin: "assistant" as const } };
  assert.deepEqual(read({ ...rest, cube: assistant }), []);
});

test("sentences that state nothing are left, without questions", () => {
  const { rest } = readingOf(sourceOf(1, "Ana Silva lives in Porto. The harbour opens at nine. Does it?"));
  assert.equal(rest, "The harbour opens at nine.");
});

test("nothing is read from what repeats our own contexts", () => {
  const text = "Ana Silva lives in Porto. Rui Costa lives in Faro.";
  const { cube, ...rest } = sourceOf(1, text);
  const echoes = { spans: [[0, 25] as [number, number]], sha256: sha256(text) };
  assert.deepEqual(read({ ...rest, cube: { ...cube, provenance: { ...cube.provenance, echoes } } }), [
    "Rui Costa | home | Faro",
  ]);
});

test("only the beginning of a long text is read", () => {
  const sentences = Array.from({ length: 1_000 }, (_, at) => `Ana N${at} lives in P${at}.`);
  assert.equal(said(sentences.join(" ")).length, READ_SENTENCES);
  const late = `${"x".repeat(READ_CHARACTERS)}. Ana Silva lives in Porto.`;
  assert.deepEqual(said(late), []);
});
