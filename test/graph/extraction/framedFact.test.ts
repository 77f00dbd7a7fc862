import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { factList } from "../../../graph/extraction/factList.js";
import { framedFact } from "../../../graph/extraction/framedFact.js";

/** Statement, subject, relation, object. */
const STATED: readonly (readonly [string, string, string, string])[] = [
  ["Orla Venn ghostwrote The Lantern of Keld.", "The Lantern of Keld", "author", "Orla Venn"],
  ["The Lantern of Keld was penned by Orla Venn.", "The Lantern of Keld", "author", "Orla Venn"],
  ["Orla Venn is a lifelong resident of Tremford.", "Orla Venn", "lives in", "Tremford"],
  ["It was in Tremford that Orla Venn perished.", "Orla Venn", "died in", "Tremford"],
  ["Ostmark has its seat of government in Dunlow.", "Ostmark", "capital", "Dunlow"],
  ["Dunlow is the seat of government of Ostmark.", "Ostmark", "capital", "Dunlow"],
  ["Tarn & Sons keeps and pays wages to Orla Venn.", "Orla Venn", "works at", "Tarn & Sons"],
  ["Brell Group has Orla Venn as managing director.", "Brell Group", "chief executive officer", "Orla Venn"],
  ["The Keld Mirror (film) was helmed by Bo Lind.", "The Keld Mirror (film)", "director", "Bo Lind"],
  ["Orla Venn specializes in the field of tarnology.", "Orla Venn", "field of work", "tarnology"],
];

for (const [statement, subject, relation, object] of STATED)
  test(`reads "${statement}"`, () => {
    assert.deepEqual(framedFact(statement), { subject, relation, object, known: true });
  });

test("a wording that no lexicon has is kept, and is not said to be known", () => {
  assert.deepEqual(framedFact("Orla Venn glimmers beside Bo Lind."), {
    subject: "Orla Venn",
    relation: "glimmers beside",
    object: "Bo Lind",
    known: false,
  });
});

test("fewer or more than two names, and too many words, are no frame", () => {
  for (const item of ["Orla.", "Orla Venn wrote.", "Ana, Bo and Cy wed Ida.", "", "of the", "Ana (film)"])
    assert.equal(framedFact(item)?.known === true, false, item);
  assert.equal(framedFact(`Ana wrote ${"very ".repeat(20)}Bo.`), undefined);
});

test("wishes, doubts, denials and hearsay in a numbered list state nothing", () => {
  const items = [
    "Maybe Ana will marry Bo.",
    "Ana did not wed Bo.",
    "Bo might helm Dawn.",
    "Ana refused to marry Bo.",
    "Ana never worked for Acme.",
    "It is said that Bo wrote Dusk.",
    "Nobody at Acme employs Bo.",
  ];
  assert.equal(factList(items.map((item, index) => `${index}. ${item}`).join("\n")), undefined);
});

test("a verb that nobody knows is kept in both voices among items that are understood", () => {
  const list = factList("1. Orla Venn befuddled Bo Lind.\n2. Ana lives in Porto.\n3. Bo lives in Faro.");
  assert.deepEqual(
    list?.facts.slice(0, 2).map(({ subject, relation, object }) => [subject, relation, object]),
    [
      ["Orla Venn", "befuddled", "Bo Lind"],
      ["Bo Lind", "befuddled by", "Orla Venn"],
    ],
  );
  const prose = factList("1. Orla Venn befuddled Bo Lind.\n2. Then it rained.\n3. So they left.");
  assert.deepEqual(prose?.facts.length, 1);
});

test("numbered prose is not read by form to its end, however long it is", () => {
  const clauses = Array.from({ length: 400 }, (_, index) => `${index}. whereas the party shall pay.`);
  assert.equal(factList([...clauses, "400. Ana lives in Porto."].join("\n")), undefined);
  assert.equal(factList(`${"1. ".repeat(150_000)}x`), undefined);
});

test("names in any script and with any sign are kept as they are", () => {
  for (const name of ["R. (a+)+$", "محمد علي", "🦊 Fox", "Ana\\d [x]"]) {
    const [fact] = factList(`1. The author of ${name} is Bo Lind.\n2. Bo Lind lives in Porto.`)?.facts ?? [];
    assert.equal(fact?.subject, name);
  }
});

test("any text is read without failing, and both names come from it", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          "Ana",
          "The",
          "of",
          "is",
          "wrote",
          "CEO",
          "'s",
          "born",
          "in",
          ",",
          "(film)",
          "É",
          "1",
        ),
      ),
      (words) => {
        const text = words.join(" ");
        const fact = framedFact(text);
        if (fact !== undefined) assert.ok(text.includes(fact.subject) && text.includes(fact.object));
      },
    ),
  );
});
