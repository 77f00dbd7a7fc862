import assert from "node:assert/strict";
import { after, test } from "node:test";
import { NoneEmbedder, type Scope, StaticEmbedder } from "../../../memos/index.js";
import { collect, foundIds, openMemos, remember } from "../support.js";

const { memos } = await openMemos({ after }, { embedder: new NoneEmbedder() });
let runs = 0;
const fresh = (): Scope => ({ tenant: `walks ${runs++}` });

/** Articles about other people and places, in the same words as the questions. */
const crowd = Array.from({ length: 40 }, (_, n) => ({
  title: `Novel Number ${n}`,
  text: `Novel Number ${n} is a novel about a river. Its author was praised; the country of its author is far.`,
}));

async function library(scope: Scope) {
  const novel = await remember(
    memos,
    { title: "The Heron Road", text: "The Heron Road is a novel by Amadu Kessie about a river." },
    scope,
  );
  await collect(memos.addMany(crowd, scope));
  const author = await remember(
    memos,
    { title: "Amadu Kessie", text: "Amadu Kessie grew up by the sea in Ghana and trained as a nurse." },
    scope,
  );
  return { novel, author };
}

test("what only a name leads to is found: the second hop shares no word with the question", async () => {
  const scope = fresh();
  const { novel, author } = await library(scope);
  const question = "From where is whoever wrote the novel The Heron Road?";
  const direct = await memos.search(question, scope, { channels: ["text"], k: 5 });
  assert.ok(!direct.hits.some(({ cube }) => cube.id === author));
  const { hits, receipt } = await memos.search(question, scope, { k: 5, explain: true });
  assert.deepEqual(
    hits
      .slice(0, 2)
      .map(({ cube }) => cube.id)
      .sort(),
    [novel, author].sort(),
  );
  const found = hits.find(({ cube }) => cube.id === author);
  assert.ok(found?.explanation?.channels.graph !== undefined, "the graph is named as the reason");
  assert.ok((found?.explanation?.evidence?.["walk"] ?? 0) > 0);
  assert.ok((receipt.walk?.nodes ?? 0) > 2);
  assert.ok(receipt.channels.includes("graph"));
});

test("without a name in common the order is that of the direct search, and the receipt says that nothing was walked", async () => {
  const scope = fresh();
  await collect(
    memos.addMany(["apples and pears", "pears", "plums and apples, and many other fruits"], scope),
  );
  const direct = await foundIds(memos, "apples", scope, { channels: ["text"] });
  const { hits, receipt } = await memos.search("apples", scope);
  assert.deepEqual(
    hits.map(({ cube }) => cube.id),
    direct,
  );
  assert.equal(receipt.walk, undefined);
  assert.ok(!receipt.channels.includes("graph"));
});

test("a question without a known word is answered with nothing or with what is recent, never with a ranking of everything", async () => {
  const scope = fresh();
  await library(scope);
  const { hits, receipt } = await memos.search("Qwyjibo xyzzy?", scope);
  assert.deepEqual(hits, []);
  assert.equal(receipt.walk, undefined);
});

test("a linked note arrives with the one that a question finds", async () => {
  const scope = fresh();
  const budget = await remember(memos, "the budget was cut by a third", scope);
  const decision = await remember(
    memos,
    { text: "we hire nobody this year", links: [{ to: budget, kind: "supports", why: "follows from it" }] },
    scope,
  );
  await collect(
    memos.addMany(
      Array.from({ length: 30 }, (_, n) => `note ${n} on gardening`),
      scope,
    ),
  );
  const { hits } = await memos.search("what happened to the budget", scope, { k: 2 });
  assert.deepEqual(
    hits.map(({ cube }) => cube.id),
    [budget, decision],
  );
  const { text } = await memos.recall("what happened to the budget", scope, { budget: 200 });
  assert.ok(text.includes("we hire nobody"), text);
});

test("neighbours say why they are: a link, a name, a similar text", async () => {
  const scope = fresh();
  const rex = await remember(memos, "My dog Rex hurt a paw.", scope);
  const carrots = await remember(memos, "Rex likes carrots.", scope);
  const vet = await remember(
    memos,
    { text: "the vet is open on Sunday", links: [{ to: rex, kind: "link", why: "for the paw" }] },
    scope,
  );
  const { neighbours } = await memos.graph.neighbours(rex, scope);
  assert.deepEqual(
    neighbours.map(({ cube, because }) => [cube.id, because.map(({ kind, what, by }) => [kind, what, by])]),
    [
      [vet, [["link", "for the paw", "caller"]]],
      [carrots, [["mentions", "Rex", "rule"]]],
    ],
  );
  const { memos: reader } = await openMemos({ after }, { embedder: await StaticEmbedder.load() });
  const dog = await remember(reader, "My dog hurt his paw on a walk.", scope);
  const puppy = await remember(reader, "We took the puppy to the vet because of an injured leg.", scope);
  await remember(reader, "I baked bread with rye flour.", scope);
  const similar = (await reader.graph.neighbours(dog, scope)).neighbours;
  assert.deepEqual(
    similar.map(({ cube, because }) => [cube.id, because[0]?.kind]),
    [[puppy, "similar"]],
  );
});

test("a path leads over what joins two memories, and there is none where nothing does", async () => {
  const scope = fresh();
  const a = await remember(memos, "Keiko Mori met Amadu Kessie.", scope);
  const b = await remember(memos, "Amadu Kessie reads the Blue Heron Press.", scope);
  const c = await remember(memos, "The Blue Heron Press is in Braga.", scope);
  const alone = await remember(memos, "bread and butter", scope);
  const { nodes, steps } = await memos.graph.path(a, c, scope);
  assert.deepEqual(
    nodes.map(({ kind, label }) => (kind === "cube" ? kind : label)),
    ["cube", "Amadu Kessie", "cube", "Blue Heron Press", "cube"],
  );
  assert.equal(nodes[2]?.id, b);
  assert.equal(steps.length, nodes.length - 1);
  assert.deepEqual(await memos.graph.path(a, alone, scope), { nodes: [], steps: [], cost: null });
});
