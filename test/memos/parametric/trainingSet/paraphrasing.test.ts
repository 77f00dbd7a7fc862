import assert from "node:assert/strict";
import { test } from "node:test";
import { isMemosError, MemosError } from "../../../../memcube/index.js";
import { trainingSetOf } from "../../../../memos/parametric/trainingSet/index.js";
import { ScriptedEngine } from "../scriptedEngine.js";
import { sourceOf } from "../sources.js";

const SOURCES = [sourceOf(1, "Ana Silva lives in Porto."), sourceOf(2, "The harbour opens at nine.")];

/** A model that gives the same pairs for every text. */
function pairing(...pairs: readonly { question: string; answer: string }[]): ScriptedEngine {
  return new ScriptedEngine({ answer: () => JSON.stringify({ pairs }) });
}

test("questions of a model are learned when their answers stand in the text", async () => {
  const engine = pairing(
    { question: "When can ships enter the harbour?", answer: "at nine" },
    { question: "Where might one visit Ana Silva?", answer: "porto" },
  );
  const rules = await trainingSetOf(SOURCES);
  const { set, paraphrasing } = await trainingSetOf(SOURCES, { engine });
  assert.equal(engine.requests.length, SOURCES.length);
  assert.ok(engine.requests.every(({ schema }) => schema !== undefined));
  assert.deepEqual(paraphrasing, { asked: 2, added: 4, skipped: 2 });
  assert.deepEqual(set.heldOut, rules.set.heldOut);
  const added = set.examples.filter(({ messages }) =>
    ["When can ships enter the harbour?", "Where might one visit Ana Silva?"].includes(
      messages.at(-2)?.content ?? "",
    ),
  );
  assert.deepEqual(
    new Set(added.map(({ cube, messages }) => `${cube?.slice(-1)} ${messages.at(-1)?.content}`)),
    new Set(["1 Porto.", "2 At nine."]),
  );
});

test("questions that are held out, known already or no questions are not learned", async () => {
  const engine = pairing(
    { question: "Where is Ana Silva living?", answer: "Porto" },
    { question: "Can you tell me where our Ana lives?", answer: "Porto" },
    { question: "Where does Ana Silva live?", answer: "Porto" },
    { question: "Ana Silva's home", answer: "Porto" },
  );
  const { set, paraphrasing } = await trainingSetOf([SOURCES[0] ?? sourceOf(1, "")], { engine });
  assert.deepEqual(paraphrasing, { asked: 1, added: 0, skipped: 4 });
  const rules = await trainingSetOf([SOURCES[0] ?? sourceOf(1, "")]);
  assert.deepEqual(set, rules.set);
});

test("a model that fails or answers something else costs its questions and nothing else", async () => {
  const rules = await trainingSetOf(SOURCES);
  const failing = () => {
    throw new MemosError("MODEL_FAILED", "The model failed.");
  };
  const answers = [
    failing,
    () => "no JSON",
    () => '{"pairs": 1}',
    () => `{"pairs": [{"question": "${"?".repeat(999)}", "answer": "Porto"}]}`,
  ];
  for (const answer of answers) {
    const made = await trainingSetOf(SOURCES, { engine: new ScriptedEngine({ answer }) });
    assert.deepEqual(made.paraphrasing, { asked: 2, added: 0, skipped: 2 });
    assert.deepEqual(made.set, rules.set);
  }
});

test("only what may be learned is shown to the model", async () => {
  const engine = pairing();
  await trainingSetOf(
    [...SOURCES, sourceOf(3, "Ana's sign is Leo.", { governance: { sensitivity: "secret" } })],
    {
      engine,
    },
  );
  assert.ok(!JSON.stringify(engine.requests).includes("Leo"));
});

test("a cancelled call asks no more", async () => {
  const stop = new AbortController();
  const engine = new ScriptedEngine({
    answer() {
      stop.abort();
      return "{}";
    },
  });
  await assert.rejects(trainingSetOf(SOURCES, { engine, signal: stop.signal }), (error) =>
    isMemosError(error, "ABORTED"),
  );
  assert.equal(engine.requests.length, 1);
});
