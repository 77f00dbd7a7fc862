import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { listedFact } from "../../../graph/extraction/listedFact.js";

/** Statement, subject, relation, object. */
const STATED: readonly (readonly [string, string, string, string])[] = [
  ["The chairperson of Fenwick Group is Orla Venn.", "Fenwick Group", "chairperson", "Orla Venn"],
  ["The origianl broadcaster of This Is Us is Quill TV.", "This Is Us", "original broadcaster", "Quill TV"],
  [
    "The univeristy where Orla Venn was educated is Pell College.",
    "Orla Venn",
    "educated at",
    "Pell College",
  ],
  ["The type of music that deadmau5 plays is house.", "deadmau5", "genre", "house"],
  ["The company that produced Zorb 3000 is Acme.", "Zorb 3000", "manufacturer", "Acme"],
  ["The headquarters of Acme is located in the city of Dunlow.", "Acme", "headquarters", "Dunlow"],
  ["The name of the current head of the Ostmark government is Bo.", "Ostmark", "head of government", "Bo"],
  ["The name of the current head of state in Ostmark is Bo.", "Ostmark", "head of state", "Bo"],
  ["goaltender is associated with the sport of ice hockey.", "goaltender", "sport", "ice hockey"],
  ["Orla Venn's child is Ilse Venn.", "Orla Venn", "child", "Ilse Venn"],
  ["Orla Venn is a citizen of the Ostmark Republic.", "Orla Venn", "citizen of", "Ostmark Republic"],
  ["Who's Afraid of Dunlow? was performed by Bo.", "Who's Afraid of Dunlow?", "performer", "Bo"],
  ["The author of Who's Afraid of Dunlow? is Bo.", "Who's Afraid of Dunlow?", "author", "Bo"],
  ["The Lord of the Rings was written by Tolkien.", "The Lord of the Rings", "author", "Tolkien"],
  ["The Hague is the capital of Holland.", "Holland", "capital", "The Hague"],
  ["Orla Venn wrote The Dusk.", "The Dusk", "author", "Orla Venn"],
  [
    "Pell College is the university where Orla Venn was educated.",
    "Orla Venn",
    "educated at",
    "Pell College",
  ],
  ["The city where Orla Venn was born is Dunlow.", "Orla Venn", "born in", "Dunlow"],
  ["Ostmark has Dunlow as its capital.", "Ostmark", "capital", "Dunlow"],
  ["Capital of Ostmark: Dunlow.", "Ostmark", "capital", "Dunlow"],
  ["The Dusk (film) first aired on Quill TV.", "The Dusk (film)", "original broadcaster", "Quill TV"],
];

for (const [statement, subject, relation, object] of STATED)
  test(`reads "${statement}"`, () => {
    assert.deepEqual(listedFact(statement), { subject, relation, object, known: true });
  });

test("a wording that nobody knows keeps its words, and says so", () => {
  assert.deepEqual(listedFact("Dunlow glimmers beside Velmouth."), {
    subject: "Dunlow",
    relation: "glimmers beside",
    object: "Velmouth",
    known: false,
  });
});

for (const none of ["Where does Orla live?", "He was born in the city of Dunlow.", "Orla Venn", "", "is of"])
  test(`"${none}" is no fact of a list`, () => {
    assert.equal(listedFact(none), undefined);
  });

test("any text is read without failing, and both names come from it", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      const fact = listedFact(text);
      if (fact === undefined) return;
      const plain = text.replace(/\s+/gu, " ");
      assert.ok(plain.includes(fact.subject) && plain.includes(fact.object));
    }),
  );
});
