import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sourceOf } from "../../../eval/mab/sources.js";
import { bestOption, optionsIn } from "../../../eval/readers/choice.js";
import { currentValue, statementsIn } from "../../../eval/readers/currentValue.js";
import { extractiveReader } from "../../../eval/readers/extractive.js";
import { labelVote } from "../../../eval/readers/labelVote.js";

test("numbered statements are read from lines and from running text, each once", () => {
  const passages = ["0. A b is c.\n1. D e is f. 12. G h", "12. G h is i. In 1871 it rained."];
  assert.deepEqual(statementsIn(passages), [
    { serial: 0, text: "A b is c." },
    { serial: 1, text: "D e is f." },
    { serial: 12, text: "G h is i. In 1871 it rained." },
  ]);
});

test("the largest serial number holds, wherever it stands", () => {
  const passages = [
    "7. The capital of Velm is Dunlow. 3. The capital of Orm is Tarnby.",
    "2. The capital of Velm is Quillmere. 9. The mayor of Velm is Bram Ostrey.",
  ];
  assert.equal(currentValue("What is the capital of Velm?", passages), "Dunlow");
  assert.equal(currentValue("Who is the mayor of Velm?", passages.toReversed()), "Bram Ostrey");
  assert.equal(currentValue("What is the capital of Velm?", ["no statement"]), undefined);
});

test("with one statement more of the same thing, the newest value is read", () => {
  const towns = fc.uniqueArray(fc.constantFrom("Dunlow", "Tarnby", "Velmouth", "Marwick", "Ketford"), {
    minLength: 1,
  });
  fc.assert(
    fc.property(towns, fc.integer({ min: 0, max: 1_000 }), (values, first) => {
      const statements = values.map((town, index) => `${first + index}. The capital of Orm is ${town}.`);
      assert.equal(currentValue("What is the capital of Orm?", statements.toReversed()), values.at(-1));
    }),
  );
});

test("labels are voted for by the nearest examples", () => {
  const passages = [
    "my card was stolen\nlabel: 4\n\nsomebody stole my card\nlabel: 4",
    "the card payment was declined label: 7\n\nwhy was my payment declined\nlabel: 7",
  ];
  assert.equal(labelVote("help, my card got stolen", passages), "4");
  assert.equal(labelVote("payment declined", passages), "7");
  assert.equal(labelVote("zebra", passages), undefined);
  // A whole context is one passage, and may be one line.
  assert.equal(labelVote("payment", ["word ".repeat(100_000)]), undefined);
});

test("options are lines with a letter, a number or a dash, or a list in brackets", () => {
  assert.deepEqual(optionsIn("Who?\nA. The maid\nB. The cook"), ["A. The maid", "B. The cook"]);
  assert.deepEqual(optionsIn("Next?\n- He left\n- He stayed"), ["He left", "He stayed"]);
  assert.deepEqual(optionsIn(`Choose: ['He didn't leave', "She said 'no'"]`), [
    "He didn't leave",
    "She said 'no'",
  ]);
  const events = "These have occurred:\n1. He came\n2. He sat\nNext:\n['He left', 'He stayed']";
  assert.deepEqual(optionsIn(events), ["He left", "He stayed"]);
  assert.deepEqual(optionsIn("No options here."), []);
});

test("the option is chosen that a passage supports best", () => {
  const question = "Who stole the ring?\nA. The maid of the manor\nB. The cook of the manor";
  const passages = ["The manor was dark.", "In the end the cook confessed that he had taken it."];
  assert.equal(bestOption(question, passages), "B. The cook of the manor");
  assert.equal(bestOption("No options", passages), undefined);
});

test("what no rule reads is answered with the best sentence, and nothing with nothing", async () => {
  const reader = extractiveReader();
  const ask = async (source: string, question: string, passages: string[]) =>
    (await reader.read({ source: sourceOf(source), question, prompt: "", k: 5 }, passages)).text;
  const passages = ["It rained. The lighthouse was built by Orla Venn. It is tall."];
  assert.equal(
    await ask("ruler_qa1_197K", "Who built the lighthouse?", passages),
    "The lighthouse was built by Orla Venn.",
  );
  assert.equal(await ask("ruler_qa1_197K", "Who?", []), "");
  assert.equal(
    await ask("eventqa_full", "Who built the lighthouse?", passages),
    "The lighthouse was built by Orla Venn.",
  );
});
