import assert from "node:assert/strict";
import { test } from "node:test";
import type { MemOS } from "../../../memos/index.js";
import { answers, answersAll, type Behaviour, fails, handlesShown, says } from "../extraction/chatServer.js";
import { foundIds } from "../support.js";
import { type Added, ANA, chainOf, codesOf, derive, openWithModel } from "./modelMemos.js";

const MOVED = "I moved from Lyon to Oslo last month.";

/** What a note is like that nothing was derived from, and what its receipt says. */
async function assertUnderived(
  memos: MemOS,
  { id, warnings, llmCalls }: Added,
  code: string | undefined,
  message: string,
): Promise<void> {
  assert.deepEqual([codesOf({ warnings }), llmCalls], [code === undefined ? [] : [code], 1], message);
  for (const warning of warnings) assert.match(warning.message, /stored and found without it/);
  assert.deepEqual(await chainOf(memos, id), [["add", "ana", ""]], message);
  assert.ok((await foundIds(memos, "Oslo", ANA)).includes(id), message);
  assert.ok((await memos.graph.entity("Oslo", ANA)).cubes.some((cube) => cube.id === id));
}

test("an answer that is of no use costs no memory, and the receipt says that nothing was derived", async (t) => {
  const useless: [answer: string, behaviour: Behaviour, code?: string][] = [
    ["prose", says("Certainly! Here is what I noticed about the notes."), "MODEL_ANSWER_UNUSABLE"],
    ["nothing", says(""), "MODEL_ANSWER_UNUSABLE"],
    ["no text", says(null), "MODEL_ANSWER_UNUSABLE"],
    ["half a note", says('{"notes":[{"handle":"n1","keywords":["a"'), "MODEL_ANSWER_UNUSABLE"],
    ["another form", answers({ summary: "Ana moved." }), "MODEL_ANSWER_UNUSABLE"],
    ["no notes", answers({ notes: [] }), "MODEL_ANSWER_INCOMPLETE"],
    ["nothing of a note", answers({ notes: [{ handle: "n1" }] })],
  ];
  const { memos } = await openWithModel(
    t,
    useless.map(([, behaviour]) => behaviour),
  );
  for (const [answer, , code] of useless)
    await assertUnderived(memos, await derive(memos, `${MOVED} (${answer})`), code, answer);
});

for (const [name, behaviour] of [
  ["answers HTTP 500", fails(500)],
  ["answers HTTP 401", fails(401)],
  ["closes the connection", (response) => response.destroy()],
] satisfies [string, Behaviour][])
  test(`a model that ${name} costs no memory, and is asked once for a write`, async (t) => {
    const { memos } = await openWithModel(t, [behaviour]);
    await assertUnderived(memos, await derive(memos, MOVED), "MODEL_FAILED", name);
  });

test("a model that was down is asked again when the store is opened, one that talks nonsense is not", async (t) => {
  for (const [behaviour, asked] of [
    [fails(503), 1],
    [says("Hm."), 0],
  ] as const) {
    const { memos, path } = await openWithModel(t, [behaviour]);
    const { id } = await derive(memos, MOVED);
    await memos.close();
    const again = await openWithModel(t, [answersAll], { path });
    await again.memos.settled();
    assert.equal(again.requests.length, asked);
    assert.equal((await again.memos.get(id, ANA)).version, 1 + asked);
  }
});

test("what an answer says before it breaks off is kept, and the rest is reported", async (t) => {
  const cutOff = says('{"notes":[{"handle":"n1","keywords":["whole"]},{"handle":"n2","keywords":["ha');
  const { memos } = await openWithModel(t, [cutOff]);
  const receipt = await memos.add(["Herons are grey.", "Clocks need oil."], ANA, { wait: "derived" });
  assert.deepEqual(codesOf(receipt), ["MODEL_PROPOSAL_REJECTED", "MODEL_ANSWER_INCOMPLETE"]);
  assert.match(receipt.warnings[0]?.message ?? "", /^calls\.0\.notes\.1: .*cut off/);
  const cubes = await Promise.all(receipt.written.map(({ id }) => memos.get(id, ANA)));
  assert.deepEqual(
    cubes.map(({ version, attributes }) => [version, attributes.authors.keywords]),
    [
      [2, "model"],
      [1, "rule"],
    ],
  );
  assert.deepEqual(cubes[0]?.attributes.keywords, ["whole"]);
});

test("handles that were not offered are rejected and reported, and nothing else is touched", async (t) => {
  const { memos } = await openWithModel(t, [
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
  ]);
  const first = await derive(memos, "Ana lives in Lyon.");
  const { id, warnings } = await derive(memos, MOVED);
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
  const { attributes } = await memos.get(id, ANA);
  assert.deepEqual([attributes.keywords, attributes.links], [["good"], undefined]);
  assert.deepEqual((await memos.get(first.id, ANA)).attributes.keywords, ["about n1"]);
});

test("a call that fails costs only the notes of that call, and only they are asked about again", async (t) => {
  const long = ["heron", "bee", "clock"].map((word) => `${word} `.repeat(1_600).trim());
  const { memos, path } = await openWithModel(t, [answersAll, fails(500)]);
  const receipt = await memos.add(long, ANA, { wait: "derived" });
  assert.deepEqual([codesOf(receipt), receipt.llmCalls], [["MODEL_FAILED"], 2]);
  await memos.close();
  const again = await openWithModel(t, [answersAll], { path });
  await again.memos.settled();
  assert.deepEqual(again.requests.map(handlesShown), [["n1"]]);
  for (const { id } of receipt.written)
    assert.deepEqual(await chainOf(again.memos, id), [
      ["add", "ana", ""],
      ["update", "openai/test", "derived"],
    ]);
});

test("a memory that must not be changed is left alone, and does not hold up the others", async (t) => {
  const { memos } = await openWithModel(t, [
    answersAll,
    answers({
      notes: [{ handle: "n1", keywords: ["good"] }],
      evolutions: [{ handle: "c1", tags: ["changed"], context: null, keywords: null, why: "She moved." }],
    }),
  ]);
  const lives = { text: "Ana lives in Lyon.", governance: { readonly: true } };
  const fixed = await derive(memos, lives);
  assert.deepEqual(codesOf(fixed), ["MODEL_PROPOSAL_REJECTED"]);
  const moved = await derive(memos, MOVED);
  assert.deepEqual(codesOf(moved), ["MODEL_PROPOSAL_REJECTED"]);
  assert.match(moved.warnings[0]?.message ?? "", /read-only/);
  assert.deepEqual((await memos.get(moved.id, ANA)).attributes.keywords, ["good"]);
  assert.deepEqual(await chainOf(memos, fixed.id), [["add", "ana", ""]]);
});
