import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, answersAll, type Behaviour, says, startChatServer } from "../extraction/chatServer.js";
import { gate, openMemos, remember, textIn } from "../support.js";
import { ANA, chainOf, codesOf, derive, openWithModel } from "./modelMemos.js";

const MOVED = "I moved from Lyon to Oslo last month.";
const LIVES = "Ana lives in Lyon.";

const ABOUT_MOVED = {
  handle: "n1",
  keywords: ["moving to Oslo"],
  tags: ["home"],
  context: "Ana tells that she moved.",
  entities: [],
  facts: [
    { subject: "Ana", relation: "home country", object: "Norway", validFrom: "2023-04", validTo: null },
  ],
};

const ABOUT_LIVES = { ...ABOUT_MOVED, keywords: ["home town"], facts: [] };

const EVERYTHING = {
  notes: [ABOUT_MOVED],
  links: [{ from: "n1", to: "c1", kind: "contradicts", why: "She no longer lives there." }],
  evolutions: [{ handle: "c1", tags: ["former home"], context: null, keywords: null, why: "She moved." }],
};

test("a model gives a note attributes, facts and links, as a version of its own", async (t) => {
  const { memos } = await openWithModel(t, [answers({ notes: [ABOUT_LIVES] }), answers(EVERYTHING)]);
  const lives = await derive(memos, LIVES);
  const moved = await derive(memos, MOVED);
  assert.deepEqual([moved.llmCalls, moved.llmTokens, moved.warnings], [1, 120, []]);

  const { attributes, version, payload } = await memos.get(moved.id, ANA);
  assert.deepEqual(payload, { kind: "plaintext", text: MOVED, format: "text" });
  assert.equal(version, 2);
  assert.deepEqual(
    [attributes.keywords, attributes.tags, attributes.context],
    [["moving to Oslo"], ["home"], "Ana tells that she moved."],
  );
  assert.deepEqual(attributes.facts, [
    { subject: "Ana", relation: "home country", object: "Norway", validFrom: "2023-04-01T00:00:00.000Z" },
  ]);
  assert.deepEqual(attributes.links, [
    { to: lives.id, kind: "contradicts", why: "She no longer lives there." },
  ]);
  assert.deepEqual(attributes.authors, {
    keywords: "model",
    tags: "model",
    context: "model",
    facts: "model",
    links: "model",
  });
  assert.deepEqual(await chainOf(memos, moved.id), [
    ["add", "ana", ""],
    ["update", "openai/test", "derived"],
  ]);
});

test("what a model found is in the graph", async (t) => {
  const { memos } = await openWithModel(t, [answers({ notes: [ABOUT_LIVES] }), answers(EVERYTHING)]);
  const lives = await derive(memos, LIVES);
  const moved = await derive(memos, MOVED);
  const { current } = await memos.graph.fact("Ana", "home country", ANA);
  assert.deepEqual(
    current.map(({ object, by, cube, since }) => [object, by, cube, since]),
    [["Norway", "model", moved.id, "2023-04-01T00:00:00.000Z"]],
  );
  const { neighbours } = await memos.graph.neighbours(lives.id, ANA);
  assert.equal(neighbours[0]?.cube.id, moved.id);
  assert.ok(
    neighbours[0]?.because.some(
      ({ kind, by, what }) =>
        kind === "contradicts" && by === "model" && what === "She no longer lives there.",
    ),
  );
});

test("a model changes what rules wrote of a neighbour, as a version that says why", async (t) => {
  const { memos } = await openWithModel(t, [answers({ notes: [ABOUT_LIVES] }), answers(EVERYTHING)]);
  const lives = await derive(memos, LIVES);
  await derive(memos, MOVED);
  const { attributes, version } = await memos.get(lives.id, ANA);
  assert.deepEqual([version, attributes.tags, attributes.keywords], [3, ["former home"], ["home town"]]);
  assert.deepEqual((await chainOf(memos, lives.id)).at(-1), ["update", "openai/test", "evolved: She moved."]);
});

test("a model never writes over what a caller has said", async (t) => {
  const { memos } = await openWithModel(t, [
    answers({ notes: [ABOUT_LIVES] }),
    answers(EVERYTHING),
    answers({
      notes: [ABOUT_MOVED],
      evolutions: [{ handle: "c1", tags: ["other"], context: "Other.", keywords: ["other"], why: "So." }],
    }),
  ]);
  const lives = await derive(memos, { text: LIVES, tags: ["of the caller"], links: [] });
  assert.deepEqual((await memos.get(lives.id, ANA)).attributes.tags, ["of the caller"]);
  const facts = [{ subject: "Ana", relation: "likes", object: "rain" }];
  const links = [{ to: lives.id, kind: "supports" as const, why: "The caller says so." }];
  const own = { keywords: ["mine"], tags: ["mine"], context: "Mine.", facts, links };
  const moved = await derive(memos, { text: MOVED, ...own });
  const { attributes } = await memos.get(moved.id, ANA);
  assert.deepEqual(
    [attributes.keywords, attributes.tags, attributes.context, attributes.facts, attributes.links],
    [own.keywords, own.tags, own.context, facts, links],
  );
  assert.ok(Object.values(attributes.authors).every((author) => author === "caller"));
  assert.deepEqual((await memos.get(lives.id, ANA)).attributes.tags, ["of the caller"]);
  await derive(memos, "In Oslo Ana lives alone since she moved from Lyon last month.");
  for (const id of [lives.id, moved.id])
    assert.notEqual((await memos.get(id, ANA)).attributes.tags[0], "other");
});

test("restoring the version before undoes everything that a model wrote", async (t) => {
  const { memos } = await openWithModel(t, [answers({ notes: [ABOUT_LIVES] }), answers(EVERYTHING)]);
  const plain = await openMemos(t);
  const before = (await plain.memos.get(await remember(plain.memos, MOVED, ANA), ANA)).attributes;
  const lives = await derive(memos, LIVES);
  const moved = await derive(memos, MOVED);
  await memos.restore(moved.id, 1, ANA);
  await memos.restore(lives.id, 2, ANA);

  const { attributes } = await memos.get(moved.id, ANA);
  assert.deepEqual({ ...attributes, context: "" }, { ...before, context: "" });
  assert.deepEqual((await memos.get(lives.id, ANA)).attributes.authors.tags, "model");
  assert.notDeepEqual((await memos.get(lives.id, ANA)).attributes.tags, ["former home"]);
  const { history } = await memos.graph.fact("Ana", "home country", ANA);
  assert.deepEqual(history, []);
  const { neighbours } = await memos.graph.neighbours(lives.id, ANA);
  assert.ok(neighbours.every(({ because }) => because.every(({ kind }) => kind === "mentions")));
});

test("without waiting a write is there at once and derived in the background", async (t) => {
  const asked = gate();
  const held = gate();
  const whenOpen: Behaviour = async (response, body) => {
    asked.open();
    await held.opened;
    answersAll(response, body);
  };
  const { memos } = await openWithModel(t, [whenOpen]);
  const receipt = await memos.add(MOVED, ANA);
  assert.deepEqual([receipt.llmCalls, receipt.warnings], [0, []]);
  const id = receipt.written[0]?.id ?? "";
  await asked.opened;
  assert.equal((await memos.get(id, ANA)).version, 1);
  assert.equal((await memos.search("Oslo", ANA)).hits[0]?.cube.id, id);
  held.open();
  await memos.settled();
  assert.deepEqual((await memos.get(id, ANA)).attributes.keywords, ["about n1"]);
});

test("several notes of one write are read in one call", async (t) => {
  const { memos, requests } = await openWithModel(t, [answersAll]);
  const texts = ["The heron is grey.", "Bees sleep at night.", "Clocks need oil."];
  const receipt = await memos.add(texts, ANA, { wait: "derived" });
  assert.deepEqual([receipt.llmCalls, requests.length], [1, 1]);
  for (const [index, { id }] of receipt.written.entries())
    assert.deepEqual((await memos.get(id, ANA)).attributes.keywords, [`about n${index + 1}`]);
});

test("a stream is derived as well", async (t) => {
  const { memos } = await openWithModel(t, [answersAll]);
  const ids: string[] = [];
  for await (const { written } of memos.addMany(["The heron is grey.", "Bees sleep at night."], ANA))
    ids.push(...written.map(({ id }) => id));
  await memos.settled();
  for (const id of ids) assert.equal((await memos.get(id, ANA)).attributes.authors.keywords, "model");
});

test("memories of different users are never shown to a model together", async (t) => {
  const { memos, requests } = await openWithModel(t, [answersAll]);
  await derive(memos, "The password hint is heron.", { tenant: "acme", user: "bram" });
  await derive(memos, "The password hint is stork.", { tenant: "globex", user: "ana" });
  await derive(memos, "The password hint is crane.", ANA);
  await derive(memos, "The password hint of the house is owl.", { tenant: "acme" });
  for (const body of requests) assert.equal(JSON.stringify(body).match(/password hint/g)?.length, 1);
});

test("what was not derived when a store was closed is derived when it is opened with a model", async (t) => {
  const asked = gate();
  const { memos, path } = await openWithModel(t, [() => asked.open()]);
  const id = await remember(memos, MOVED, ANA);
  await asked.opened;
  await memos.close();

  const without = await openMemos(t, { path });
  await without.memos.settled();
  assert.equal((await without.memos.get(id, ANA)).version, 1);
  await without.memos.close();

  const again = await openWithModel(t, [answersAll], { path });
  await again.memos.settled();
  assert.equal(textIn(await again.memos.get(id, ANA)), MOVED);
  assert.deepEqual(await chainOf(again.memos, id), [
    ["add", "ana", ""],
    ["update", "openai/test", "derived"],
  ]);
  assert.equal(again.requests.length, 1);
});

test("without a model nothing waits, also not for one that comes later", async (t) => {
  const { memos, path } = await openMemos(t);
  const receipt = await derive(memos, MOVED);
  assert.deepEqual([receipt.llmCalls, receipt.llmTokens, receipt.warnings], [0, 0, []]);
  assert.equal((await memos.get(receipt.id, ANA)).version, 1);
  await memos.close();
  const later = await openWithModel(t, [answersAll], { path });
  await later.memos.settled();
  assert.equal(later.requests.length, 0);
});

test("a store opened for reading asks no model", async (t) => {
  const { memos, path } = await openWithModel(t, [says("nothing of use")]);
  assert.deepEqual(codesOf(await derive(memos, MOVED)), ["MODEL_ANSWER_UNUSABLE"]);
  await memos.close();
  const { model, requests } = await startChatServer(t, [answersAll]);
  const reader = await openMemos(t, { path, model, readOnly: true });
  await reader.memos.settled();
  assert.equal(requests.length, 0);
});
