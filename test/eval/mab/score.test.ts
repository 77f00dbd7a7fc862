import assert from "node:assert/strict";
import { test } from "node:test";
import { Entities, scoreOf } from "../../../eval/mab/score.js";
import { temporaryFile } from "../temporaryFolder.js";

test("labels and events are scored by the parsed answer alone, facts by the better of both", () => {
  const output = "I would say 43.\nAnswer: 7";
  assert.equal(scoreOf("labels", output, ["43"]).scores["substring_exact_match"], 0);
  assert.equal(scoreOf("labels", output, ["7"]).scores["exact_match"], 1);
  assert.equal(scoreOf("facts", output, ["43"]).scores["substring_exact_match"], 1);
  assert.equal(scoreOf("facts", output, ["7"]).scores["exact_match"], 1);
});

test("the form that the protocol asks labels for does not match exactly, as it is published", () => {
  const { scores } = scoreOf("labels", "label: 43", ["43"]);
  assert.deepEqual([scores["exact_match"], scores["substring_exact_match"]], [0, 1]);
});

test("events have the recall of their strings beside the scores", () => {
  assert.equal(scoreOf("events", "x\nHE LEFT at dawn", ["he left"]).scores["eventqa_recall"], 1);
  assert.equal(scoreOf("events", "x", ["he left"]).scores["eventqa_recall"], 0);
});

test("recommendations are scored by entity2id.json, and without it as text", async (context) => {
  const path = await temporaryFile(context, "entity2id.json", {
    "Heat (1995)": 3,
    "<http://x.org/Toy_Story>": 5,
  });
  const entities = await Entities.load(path);
  const scored = scoreOf("movies", "1. Toy Storry (1995)\n2. Heat", ["3"], entities);
  assert.deepEqual(scored.parsed, ["Toy Story", "Heat"]);
  assert.deepEqual(scored.scores, { "recsys_recall@1": 0, "recsys_recall@5": 1, "recsys_recall@10": 1 });
  assert.throws(() => scoreOf("movies", "1. Heat", ["99"], entities), /no entity with the id 99/);
  assert.equal(scoreOf("movies", "1. Heat", ["3"]).scores["exact_match"], 0);
  const wrong = await temporaryFile(context, "wrong.json", ["Heat"]);
  await assert.rejects(Entities.load(wrong), { code: "INVALID_INPUT" });
});
