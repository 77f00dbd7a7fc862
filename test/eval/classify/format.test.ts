import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { csvRecords } from "../../../eval/classify/csv.js";
import { loadLabelled } from "../../../eval/classify/format.js";
import { refused } from "../../memos/support.js";
import { temporaryFile, temporaryFolder } from "../temporaryFolder.js";

test("fields of a csv may hold commas, line ends and quotation marks", () => {
  assert.deepEqual(csvRecords('a,"b, ""c""\nd"\r\n\r\ne,f'), [
    { fields: ["a", 'b, "c"\nd'], line: 1 },
    { fields: ["e", "f"], line: 4 },
  ]);
});

test("a csv is read with and without a header, its columns in any order", async (t) => {
  const one = [{ text: "Where is my card?", label: "arrival" }];
  for (const content of [
    "text,category\nWhere is my card?,arrival\n",
    "label,utterance\narrival,Where is my card?\n",
    "Where is my card?,arrival",
  ])
    assert.deepEqual(await loadLabelled(await temporaryFile(t, "train.csv", content)), one);
});

test("a tsv has the label first", async (t) => {
  const file = await temporaryFile(t, "train.tsv", "LOC\tWhere is Modesto ?\nHUM\tWho was Galileo ?\n");
  assert.deepEqual(
    (await loadLabelled(file)).map(({ label }) => label),
    ["LOC", "HUM"],
  );
});

test("a txt has its labels in a file beside it", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "a.txt"), "one\ntwo\n");
  await writeFile(join(folder, "a.labels"), "1\n2\n");
  assert.deepEqual((await loadLabelled(join(folder, "a.txt"))).at(1), { text: "two", label: "2" });
  await writeFile(join(folder, "a.labels"), "1\n");
  await assert.rejects(loadLabelled(join(folder, "a.txt")), /2 lines and .* has 1/);
});

test("files that are missing, empty or of another form are refused by name", async (t) => {
  const bad = async (name: string, content: string, message: RegExp) => {
    const file = await temporaryFile(t, name, content);
    await assert.rejects(loadLabelled(file), (error: Error) => {
      assert.match(error.message, message);
      return refused("INVALID_INPUT")(error);
    });
  };
  await bad("a.json", "[]", /neither/);
  await bad("a.csv", "", /no labelled text/);
  await bad("a.csv", "text,category\nWhere?\n", /line 2/);
  await bad("a.tsv", "LOC\tWhere?\nnothing\n", /line 2/);
  await assert.rejects(loadLabelled("/nowhere/a.csv"), refused("INVALID_INPUT"));
});
