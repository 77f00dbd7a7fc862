import assert from "node:assert/strict";
import { test } from "node:test";
import { factList } from "../../../graph/extraction/factList.js";
import { numberedList } from "../../../graph/extraction/numbered.js";
import { factsIn } from "../../../graph/extraction/relations.js";

const read = (text: string) =>
  factsIn(text).map(({ subject, relation, object, serial }) => [serial, subject, relation, object]);

test("a numbered list gives each item with its number, on lines of their own or in one", () => {
  const items = ["7. Ana Roe lives in Porto.", "8. The capital of Ostmark is Dunlow."];
  const expected = [
    [7, "Ana Roe", "lives in", "Porto"],
    [8, "Ostmark", "capital", "Dunlow"],
  ];
  assert.deepEqual(read(items.join("\n")), expected);
  assert.deepEqual(read(items.join(" ")), expected);
});

test("a piece of a list has the item whose number is in the piece before, and not the number of the next", () => {
  assert.deepEqual(
    read("Bo was born in the city of Faro. 12. Ana is married to Bo. 13. Ana speaks Welsh. 14."),
    [
      [11, "Bo", "born in", "Faro"],
      [12, "Ana", "spouse", "Bo"],
      [13, "Ana", "speaks", "Welsh"],
    ],
  );
});

test("a list opens where its numbers begin", () => {
  assert.equal(numberedList("0. A is B. 1. C is D.")?.opens, true);
  assert.equal(numberedList("40. A is B. 41. C is D.")?.opens, false);
  assert.equal(numberedList("1. A is B.")?.opens, false);
});

test("numbers in prose make no list", () => {
  assert.equal(numberedList("It ended in 1990. Ana left. She was 30."), undefined);
  assert.equal(numberedList("3 apples. Ana likes 4."), undefined);
});

test("prose around a list is read as prose", () => {
  const text = "Ana lives in Porto.\n1. Bo is married to Ida.\n2. Bo speaks Welsh.\n\nIda lives in Faro.";
  assert.deepEqual(
    new Set(read(text).map(([, subject, , object]) => `${subject} ${object}`)),
    new Set(["Ana Porto", "Bo Ida", "Bo Welsh", "Ida Faro"]),
  );
});

test("spans of items are theirs in the text", () => {
  const text = "Facts: 0. Ana is married to Bo. 1. Bo was born in the city of Faro.";
  assert.deepEqual(
    factsIn(text).map(({ span }) => text.slice(...span)),
    ["Ana is married to Bo.", "Bo was born in the city of Faro."],
  );
});

test("statements without numbers are a list too, also about names in lower case and ones with a question mark", () => {
  const text =
    "Here is a list of facts: Ana is a citizen of Ostmark. judo was created in the country of Japan. " +
    "The author of Who Loves Bo? is Ana. Bo is employed by Acme.";
  assert.deepEqual(read(text), [
    [undefined, "Ana", "citizen of", "Ostmark"],
    [undefined, "judo", "country of origin", "Japan"],
    [undefined, "Who Loves Bo?", "author", "Ana"],
    [undefined, "Bo", "works at", "Acme"],
  ]);
});

test("prose is no list of facts", () => {
  const prose =
    "Ana moved to Porto because she liked it. The weather was good, and her sister visited often. In summer they " +
    "went to the sea. Nobody knew that the house belonged to Bo.";
  assert.equal(factList(prose), undefined);
});
