import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Scope } from "../../../memos/index.js";
import { answers, answersAll, type Behaviour, fails, handlesShown, says } from "../extraction/chatServer.js";
import { foundIds } from "../support.js";
import {
  ADDED,
  type Added,
  chainOf,
  codesOf,
  DERIVED,
  derive,
  newScope,
  openWithModel,
} from "./modelMemos.js";

const MOVED = "I moved from Lyon to Oslo last month.";

const { memos, model } = await openWithModel({ after });

/** What a note is like that nothing was derived from, and what its receipt says. */
async function assertUnderived({ id, warnings, llmCalls }: Added, scope: Scope, codes: readonly string[]) {
  assert.deepEqual([codesOf({ warnings }), llmCalls], [codes, 1]);
  for (const { message } of warnings) assert.match(message, /stored and found without it/);
  assert.deepEqual(await chainOf(memos, id, scope), [ADDED]);
  assert.ok((await foundIds(memos, "Oslo", scope)).includes(id));
  assert.ok((await memos.graph.entity("Oslo", scope)).cubes.some((cube) => cube.id === id));
}

const USELESS: [answer: string, behaviour: Behaviour, ...codes: string[]][] = [
  ["prose", says("Certainly! Here is what I noticed about the notes."), "MODEL_ANSWER_UNUSABLE"],
  ["nothing", says(""), "MODEL_ANSWER_UNUSABLE"],
  ["no text", says(null), "MODEL_ANSWER_UNUSABLE"],
  ["half a note", says('{"notes":[{"handle":"n1","keywords":["a"'), "MODEL_ANSWER_UNUSABLE"],
  ["JSON of another form", answers({ summary: "Ana moved." }), "MODEL_ANSWER_UNUSABLE"],
  ["no note", answers({ notes: [] }), "MODEL_ANSWER_INCOMPLETE"],
  ["a note without anything in it", answers({ notes: [{ handle: "n1" }] })],
];

for (const [answer, behaviour, ...codes] of USELESS)
  test(`an answer of ${answer} costs no memory, and the receipt says what was not derived`, async () => {
    const ana = newScope();
    model(behaviour);
    await assertUnderived(await derive(memos, MOVED, ana), ana, codes);
  });

const SILENT: [what: string, behaviour: Behaviour][] = [
  ["answers HTTP 500", fails(500)],
  ["answers HTTP 401", fails(401)],
  ["closes the connection", (response) => response.destroy()],
];

for (const [what, behaviour] of SILENT)
  test(`a model that ${what} costs no memory, and is asked again with the next one`, async () => {
    const ana = newScope();
    model(behaviour);
    const moved = await derive(memos, MOVED, ana);
    await assertUnderived(moved, ana, ["MODEL_FAILED"]);
    model(answersAll);
    await derive(memos, "Clocks need oil.", ana);
    assert.deepEqual(await chainOf(memos, moved.id, ana), [ADDED, DERIVED]);
  });

test("a model that was down is asked again when the store is opened, one that talks nonsense is not", async (t) => {
  const ana = newScope();
  const first = await openWithModel(t, [says("Hm."), fails(503)]);
  const nonsense = await derive(first.memos, "Clocks need oil.", ana);
  const silence = await derive(first.memos, MOVED, ana);
  await first.memos.close();
  const again = await openWithModel(t, [answersAll], { path: first.path });
  await again.memos.settled();
  assert.equal(again.requests.length, 1);
  assert.deepEqual(await chainOf(again.memos, nonsense.id, ana), [ADDED]);
  assert.deepEqual(await chainOf(again.memos, silence.id, ana), [ADDED, DERIVED]);
});

test("what an answer says before it breaks off is kept, and the rest is reported", async () => {
  const ana = newScope();
  const cutOff = says('{"notes":[{"handle":"n1","keywords":["whole"]},{"handle":"n2","keywords":["ha');
  model(cutOff);
  const receipt = await memos.add(["Herons are grey.", "Clocks need oil."], ana, { wait: "derived" });
  assert.deepEqual(codesOf(receipt), ["MODEL_PROPOSAL_REJECTED", "MODEL_ANSWER_INCOMPLETE"]);
  assert.match(receipt.warnings[0]?.message ?? "", /^calls\.0\.notes\.1: .*cut off/);
  const cubes = await Promise.all(receipt.written.map(({ id }) => memos.get(id, ana)));
  assert.deepEqual(
    cubes.map(({ version, attributes }) => [version, attributes.authors.keywords]),
    [
      [2, "model"],
      [1, "rule"],
    ],
  );
  assert.deepEqual(cubes[0]?.attributes.keywords, ["whole"]);
});

test("handles that were not offered are rejected and reported, and nothing else is touched", async () => {
  const ana = newScope();
  model(
    answersAll,
    answers({
      notes: [
        { handle: "n7", keywords: ["bad"] },
        { handle: "c1", keywords: ["bad"] },
        { handle: "n1", keywords: ["good"] },
      ],
      links: [
        { from: "n1", to: "c9", kind: "link", why: "Bad." },
        { from: "n1", to: "c1", kind: "causes", why: "Bad." },
      ],
      evolutions: [{ handle: "c9", tags: ["bad"], context: null, keywords: null, why: "Bad." }],
    }),
  );
  const first = await derive(memos, "Ana lives in Lyon.", ana);
  const { id, warnings } = await derive(memos, MOVED, ana);
  assert.ok(warnings.every(({ code }) => code === "MODEL_PROPOSAL_REJECTED"));
  assert.deepEqual(
    warnings.map(({ message }) => message.split(":")[0]),
    [
      "calls.0.notes.0.handle",
      "calls.0.notes.1.handle",
      "calls.0.links.0.to",
      "calls.0.links.1.kind",
      "calls.0.evolutions.0.handle",
    ],
  );
  const { attributes } = await memos.get(id, ana);
  assert.deepEqual([attributes.keywords, attributes.links], [["good"], undefined]);
  assert.deepEqual((await memos.get(first.id, ana)).attributes.keywords, ["about n1"]);
});

test("long notes are one call, in which each is shown in part, and are asked about again when it fails", async (t) => {
  const ana = newScope();
  const long = ["heron", "bee", "clock", "lamp", "river", "stone", "cloud", "leaf"].map((word) =>
    `${word} `.repeat(1_600).trim(),
  );
  const first = await openWithModel(t, [fails(500)]);
  const receipt = await first.memos.add(long, ana, { wait: "derived" });
  assert.ok(codesOf(receipt).every((code) => code === "MODEL_FAILED" || code === "NOT_DERIVED_YET"));
  await first.memos.close();
  const again = await openWithModel(t, [answersAll], { path: first.path });
  await again.memos.settled();
  assert.deepEqual(again.requests.map(handlesShown), [long.map((_, index) => `n${index + 1}`)]);
  assert.ok((again.requests[0]?.messages[1]?.content.length ?? 0) < long.join("").length);
  for (const { id } of receipt.written)
    assert.deepEqual(await chainOf(again.memos, id, ana), [ADDED, DERIVED]);
});

test("a memory that must not be changed is left alone, and does not hold up the others", async () => {
  const ana = newScope();
  model(
    answersAll,
    answers({
      notes: [{ handle: "n1", keywords: ["good"] }],
      evolutions: [{ handle: "c1", tags: ["changed"], context: null, keywords: null, why: "She moved." }],
    }),
  );
  const lives = { text: "Ana lives in Lyon.", governance: { readonly: true } };
  const fixed = await derive(memos, lives, ana);
  assert.deepEqual(codesOf(fixed), ["MODEL_PROPOSAL_REJECTED"]);
  const moved = await derive(memos, MOVED, ana);
  assert.deepEqual(codesOf(moved), ["MODEL_PROPOSAL_REJECTED"]);
  assert.match(moved.warnings[0]?.message ?? "", /read-only/);
  assert.deepEqual((await memos.get(moved.id, ana)).attributes.keywords, ["good"]);
  assert.deepEqual(await chainOf(memos, fixed.id, ana), [ADDED]);
});
