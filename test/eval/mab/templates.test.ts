import assert from "node:assert/strict";
import { test } from "node:test";
import { dialogueIn, soughtIn } from "../../../agents/longContext/dialogue.js";
import { publishedSources } from "../../../eval/mab/sources.js";
import { memoriseMessage, queryPrompt } from "../../../eval/mab/templates.js";

test("every source has a wording, and its chunks and question are found in the whole again", () => {
  for (const { task } of publishedSources()) {
    const told = ["First $& part.", "Second part."].map((chunk) => memoriseMessage(task, chunk)).join("\n");
    const dialogue = dialogueIn(`${told}\n${queryPrompt(task, "What $1 is it?", "longContext")}`);
    assert.equal(dialogue?.chunks.length, 2, task);
    assert.match(dialogue?.chunks[0] ?? "", /First \$& part\.$/);
    assert.match(soughtIn(dialogue?.question ?? ""), /What \$1 is it\?/);
  }
});

test("each flavour says where the memory is", () => {
  assert.match(
    queryPrompt("facts", "Q?", "retrieval", "7. A is B."),
    /^What follows was found[\s\S]*7\. A is B\./,
  );
  assert.match(queryPrompt("facts", "Q?", "longContext"), /^You have read/);
  assert.match(queryPrompt("facts", "Q?", "agentic"), /^Search your memory/);
  assert.match(queryPrompt("facts", "Q?", "agentic"), /Based on the provided Knowledge Pool, Q\?\nAnswer:$/);
});
