import assert from "node:assert/strict";
import { after, test } from "node:test";
import { answers, answersAll, type Behaviour } from "../extraction/chatServer.js";
import { gate, openMemos, remember, textIn } from "../support.js";
import { ADDED, chainOf, DERIVED, derive, newScope, openWithModel } from "./modelMemos.js";

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

const { memos, requests, model } = await openWithModel({ after });

test("a model gives a note attributes, facts and links, as a version of its own", async () => {
  const ana = newScope();
  model(answers({ notes: [ABOUT_LIVES] }), answers(EVERYTHING));
  const lives = await derive(memos, LIVES, ana);
  const moved = await derive(memos, MOVED, ana);
  assert.deepEqual([moved.llmCalls, moved.llmTokens, moved.warnings], [1, 120, []]);

  const { attributes, version, payload } = await memos.get(moved.id, ana);
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
  assert.deepEqual(await chainOf(memos, moved.id, ana), [ADDED, DERIVED]);
});

test("what a model found is in the graph", async () => {
  const ana = newScope();
  model(answers({ notes: [ABOUT_LIVES] }), answers(EVERYTHING));
  const lives = await derive(memos, LIVES, ana);
  const moved = await derive(memos, MOVED, ana);
  const { current } = await memos.graph.fact("Ana", "home country", ana);
  assert.deepEqual(
    current.map(({ object, by, cube, since }) => [object, by, cube, since]),
    [["Norway", "model", moved.id, "2023-04-01T00:00:00.000Z"]],
  );
  const { neighbours } = await memos.graph.neighbours(lives.id, ana);
  assert.equal(neighbours[0]?.cube.id, moved.id);
  assert.ok(
    neighbours[0]?.because.some(
      ({ kind, by, what }) =>
        kind === "contradicts" && by === "model" && what === "She no longer lives there.",
    ),
  );
});

test("a model changes what rules wrote of a neighbour, as a version that says why", async () => {
  const ana = newScope();
  model(answers({ notes: [ABOUT_LIVES] }), answers(EVERYTHING));
  const lives = await derive(memos, LIVES, ana);
  await derive(memos, MOVED, ana);
  const { attributes, version } = await memos.get(lives.id, ana);
  assert.deepEqual([version, attributes.tags, attributes.keywords], [3, ["former home"], ["home town"]]);
  assert.deepEqual((await chainOf(memos, lives.id, ana)).at(-1), [
    "update",
    "openai/test",
    "evolved: She moved.",
  ]);
});

test("a model never writes over what a caller has said", async () => {
  const ana = newScope();
  model(
    answers({ notes: [ABOUT_LIVES] }),
    answers(EVERYTHING),
    answers({
      notes: [ABOUT_MOVED],
      evolutions: [{ handle: "c1", tags: ["other"], context: "Other.", keywords: ["other"], why: "So." }],
    }),
  );
  const lives = await derive(memos, { text: LIVES, tags: ["of the caller"], links: [] }, ana);
  assert.deepEqual((await memos.get(lives.id, ana)).attributes.tags, ["of the caller"]);
  const facts = [{ subject: "Ana", relation: "likes", object: "rain" }];
  const links = [{ to: lives.id, kind: "supports" as const, why: "The caller says so." }];
  const own = { keywords: ["mine"], tags: ["mine"], context: "Mine.", facts, links };
  const moved = await derive(memos, { text: MOVED, ...own }, ana);
  const { attributes } = await memos.get(moved.id, ana);
  assert.deepEqual(
    [attributes.keywords, attributes.tags, attributes.context, attributes.facts, attributes.links],
    [own.keywords, own.tags, own.context, facts, links],
  );
  assert.ok(Object.values(attributes.authors).every((author) => author === "caller"));
  assert.deepEqual((await memos.get(lives.id, ana)).attributes.tags, ["of the caller"]);
  await derive(memos, "In Oslo Ana lives alone since she moved from Lyon last month.", ana);
  for (const id of [lives.id, moved.id])
    assert.notEqual((await memos.get(id, ana)).attributes.tags[0], "other");
});

test("restoring the version before undoes everything that a model wrote", async () => {
  const ana = newScope();
  model(answers({ notes: [ABOUT_LIVES] }), answers(EVERYTHING));
  const lives = await derive(memos, LIVES, ana);
  const moved = await derive(memos, MOVED, ana);
  await memos.restore(moved.id, 1, ana);
  await memos.restore(lives.id, 2, ana);

  const { attributes } = await memos.get(moved.id, ana);
  assert.ok(Object.values(attributes.authors).every((author) => author === "rule"));
  assert.deepEqual([attributes.facts, attributes.links], [undefined, undefined]);
  const { versions } = await memos.history(moved.id, ana);
  assert.deepEqual(
    versions.map(({ content }) => content.attributes.facts?.length ?? 0),
    [0, 1, 0],
  );
  assert.deepEqual((await memos.get(lives.id, ana)).attributes.tags, ["home"]);
  const { history } = await memos.graph.fact("Ana", "home country", ana);
  assert.deepEqual(history, []);
  const { neighbours } = await memos.graph.neighbours(lives.id, ana);
  assert.ok(neighbours.every(({ because }) => because.every(({ kind }) => kind === "mentions")));
});

test("what a model found in a text does not outlive it, and what a caller said does", async () => {
  const ana = newScope();
  model(answers({ notes: [ABOUT_MOVED] }));
  const moved = await derive(memos, { text: MOVED, tags: ["mine"] }, ana);
  await memos.update(moved.id, { title: "Moving" }, ana);
  assert.equal((await memos.graph.fact("Ana", "home country", ana)).current[0]?.object, "Norway");
  await memos.update(moved.id, { text: "I moved from Lyon to Rome last month." }, ana);
  const { attributes } = await memos.get(moved.id, ana);
  assert.deepEqual([attributes.facts, attributes.authors.keywords], [undefined, "rule"]);
  assert.deepEqual(attributes.tags, ["mine"]);
  assert.deepEqual((await memos.graph.fact("Ana", "home country", ana)).history, []);
});

test("without waiting a write is there at once and derived in the background", async () => {
  const ana = newScope();
  const asked = gate();
  const held = gate();
  const whenOpen: Behaviour = async (response, body) => {
    asked.open();
    await held.opened;
    answersAll(response, body);
  };
  model(whenOpen);
  const receipt = await memos.add(MOVED, ana);
  assert.deepEqual([receipt.llmCalls, receipt.warnings], [0, []]);
  const id = receipt.written[0]?.id ?? "";
  await asked.opened;
  assert.equal((await memos.get(id, ana)).version, 1);
  assert.equal((await memos.search("Oslo", ana)).hits[0]?.cube.id, id);
  held.open();
  await memos.settled();
  assert.deepEqual((await memos.get(id, ana)).attributes.keywords, ["about n1"]);
});

test("several notes of one write are read in one call", async () => {
  const ana = newScope();
  model(answersAll);
  const texts = ["The heron is grey.", "Bees sleep at night.", "Clocks need oil."];
  const before = requests.length;
  const receipt = await memos.add(texts, ana, { wait: "derived" });
  assert.deepEqual([receipt.llmCalls, requests.length - before], [1, 1]);
  for (const [index, { id }] of receipt.written.entries())
    assert.deepEqual((await memos.get(id, ana)).attributes.keywords, [`about n${index + 1}`]);
});

test("a stream is derived as well", async () => {
  const ana = newScope();
  model(answersAll);
  const ids: string[] = [];
  for await (const { written } of memos.addMany(["The heron is grey.", "Bees sleep at night."], ana))
    ids.push(...written.map(({ id }) => id));
  await memos.settled();
  for (const id of ids) assert.equal((await memos.get(id, ana)).attributes.authors.keywords, "model");
});

test("memories of different users are never shown to a model together", async () => {
  const ana = newScope();
  model(answersAll);
  const before = requests.length;
  await derive(memos, "The password hint is heron.", { ...ana, user: "bram" });
  await derive(memos, "The password hint is stork.", newScope());
  await derive(memos, "The password hint is crane.", ana);
  await derive(memos, "The password hint of the house is owl.", { tenant: ana.tenant });
  assert.equal(requests.length - before, 4);
  for (const body of requests.slice(before))
    assert.equal(JSON.stringify(body).match(/password hint/g)?.length, 1);
});

test("what was not derived when a store was closed is derived when it is opened for writing", async (t) => {
  const ana = newScope();
  const asked = gate();
  const first = await openWithModel(t, [() => asked.open()]);
  const id = await remember(first.memos, MOVED, ana);
  await asked.opened;
  await first.memos.close();

  const reader = await openWithModel(t, [answersAll], { path: first.path, readOnly: true });
  await reader.memos.settled();
  assert.equal(reader.requests.length, 0);
  await reader.memos.close();

  const again = await openWithModel(t, [answersAll], { path: first.path });
  await again.memos.settled();
  assert.equal(again.requests.length, 1);
  assert.equal(textIn(await again.memos.get(id, ana)), MOVED);
  assert.deepEqual(await chainOf(again.memos, id, ana), [ADDED, DERIVED]);
});

test("without a model nothing waits, also not for one that comes later", async (t) => {
  const ana = newScope();
  const without = await openMemos(t);
  const receipt = await derive(without.memos, MOVED, ana);
  assert.deepEqual([receipt.llmCalls, receipt.llmTokens, receipt.warnings], [0, 0, []]);
  assert.equal((await without.memos.get(receipt.id, ana)).version, 1);
  await without.memos.close();
  const later = await openWithModel(t, [answersAll], { path: without.path });
  await later.memos.settled();
  assert.equal(later.requests.length, 0);
});
