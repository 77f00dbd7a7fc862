import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MENTIONS_PER_CUBE } from "../../../graph/extraction/entities.js";
import {
  entityKey,
  longestTitles,
  mentionsIn,
  possibleTitles,
  titleKeys,
} from "../../../graph/extraction/index.js";

/** The full names and titles that a text has, without the parts of names. */
function names(text: string, title?: string): string[] {
  return mentionsIn(text, title).flatMap(({ key, role }) => (role === "part" ? [] : [key]));
}

const FOUND: readonly (readonly [text: string, names: readonly string[]])[] = [
  ["We met Ana Ferreira in Port Aveline.", ["ana ferreira", "port aveline"]],
  [
    "It was written by the University of the Highlands and Islands.",
    ["university of the highlands and islands"],
  ],
  ["He read \u201cthe old man and the sea\u201d twice.", ["the old man and the sea"]],
  ["I saw «La strada» there", ["la strada"]],
  ["昨日「東京物語」を見た。", ["東京物語"]],
  ["Анна Каренина жила в Москве.", ["анна каренина", "москве"]],
  ["he moved to São Paulo", ["sao paulo"]],
  ["the O'Brien family", ["obrien"]],
];

for (const [text, expected] of FOUND)
  test(`finds ${expected.join(", ")}`, () => {
    const found = names(text);
    for (const name of expected) assert.ok(found.includes(name), `${name} in ${found.join(" | ")}`);
  });

test("the first word of a sentence is no name because of its capital", () => {
  assert.deepEqual(names("The rain stopped. However it was late. Please come."), []);
});

test("days and months are times, not entities", () => {
  assert.deepEqual(names("we meet on Monday in March, after Last Friday the 13th of May 2021"), []);
});

test("a title is what a text is about, with and without what tells it from others", () => {
  assert.deepEqual(titleKeys("Brand (play)"), ["brand play", "brand"]);
  const roles = mentionsIn("A play by Ibsen.", "Brand (play)").map(({ key, role }) => [key, role]);
  assert.deepEqual(roles.slice(0, 2), [
    ["brand play", "title"],
    ["brand", "title"],
  ]);
});

test("parts of a name are mentions behind the name", () => {
  const mentions = mentionsIn("We saw President Barack Obama there.");
  const roleOf = new Map(mentions.map(({ key, role }) => [key, role]));
  assert.equal(roleOf.get("president barack obama"), "name");
  assert.equal(roleOf.get("obama"), "part");
});

test("spellings of one name have one key: composition, width, case, marks, apostrophes", () => {
  for (const [one, other] of [
    ["Müller", "mu\u0308ller"],
    ["ﾅｳｼｶ", "ナウシカ"],
    ["O’Brien's", "OBrien"],
    ["SÃO PAULO", "Sao-Paulo"],
    ["Ⅷ", "viii"],
  ] as const)
    assert.equal(entityKey(one), entityKey(other));
  assert.equal(entityKey("?!…"), "");
});

test("titles that a question could name are looked for longest first, and only the longest count", () => {
  const possible = possibleTitles("Who directed Dancing in the Rain (film)?");
  const keys = possible.map(({ key }) => key);
  assert.ok(keys.indexOf("dancing in the rain film") < keys.indexOf("rain"), keys.join(" | "));
  const present = possible.filter(({ key }) => ["dancing in the rain", "rain"].includes(key));
  assert.deepEqual(
    longestTitles(present).map(({ key }) => key),
    ["dancing in the rain"],
  );
});

test("any text gives the same mentions each time: one for each key, in their bounds, at most a limit", () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.constantFrom("Ana Ferreira", "«", "“", "の", "Москва", "of the", ". ", "\n", "I'm", "ﾅｳｼｶ"),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.string({ maxLength: 20 }), (pieces, title) => {
      const text = pieces.join(" ");
      const mentions = mentionsIn(text, title);
      assert.deepEqual(mentionsIn(text, title), mentions);
      assert.equal(new Set(mentions.map(({ key }) => key)).size, mentions.length);
      assert.ok(mentions.length <= MENTIONS_PER_CUBE);
      for (const { key, span } of mentions) {
        assert.notEqual(key, "");
        assert.ok(span[0] >= 0 && span[0] <= span[1] && span[1] <= text.length);
      }
    }),
  );
});
