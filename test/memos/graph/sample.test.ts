import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Scope } from "../../../memos/index.js";
import { collect, openMemos, refused, remember, UNKNOWN_ID } from "../support.js";

const { memos } = await openMemos({ after });
let runs = 0;
const fresh = (): Scope => ({ tenant: `sample ${runs++}`, user: "ana" });

const labels = (nodes: readonly { label: string }[]) => nodes.map(({ label }) => label).sort();

/** Every edge ends at nodes that are there. */
function assertWhole({ nodes, edges }: Awaited<ReturnType<typeof memos.graph.sample>>): void {
  const ids = new Set(nodes.map(({ id }) => id));
  assert.equal(ids.size, nodes.length);
  assert.ok(edges.every(({ source, target }) => ids.has(source) && ids.has(target)));
}

test("a sample without a focus has the names that most memories share, and never more nodes than asked for", async () => {
  const scope = fresh();
  const texts = Array.from({ length: 300 }, (_, n) =>
    n % 3 === 0 ? `Keiko Mori saw heron ${n}.` : `Rui Tavares saw heron ${n} with Marta Okafor.`,
  );
  await collect(memos.addMany(texts, scope));
  for (const limit of [1, 10, 100]) {
    const sample = await memos.graph.sample(scope, { limit });
    assert.ok(sample.nodes.length <= limit && sample.nodes.length > 0);
    assert.equal(sample.complete, false);
    assert.equal(sample.focus, undefined);
    assertWhole(sample);
  }
  const { nodes } = await memos.graph.sample(scope, { limit: 100 });
  assert.deepEqual(labels(nodes.filter(({ kind }) => kind === "entity")), [
    "Keiko Mori",
    "Marta Okafor",
    "Rui Tavares",
  ]);
});

test("a small graph is there as a whole", async () => {
  const scope = fresh();
  await remember(memos, "Keiko Mori saw a heron.", scope);
  await remember(memos, "Keiko Mori fed a heron.", scope);
  const sample = await memos.graph.sample(scope);
  assert.deepEqual(labels(sample.nodes), [
    "Keiko Mori",
    "Keiko Mori fed a heron.",
    "Keiko Mori saw a heron.",
  ]);
  assert.equal(sample.edges.length, 2);
  assert.equal(sample.complete, true);
});

test("memories that share no name are shown all the same", async () => {
  const scope = fresh();
  await remember(memos, "it rained.", scope);
  assert.deepEqual(labels((await memos.graph.sample(scope)).nodes), ["it rained."]);
  assert.deepEqual((await memos.graph.sample(fresh())).nodes, []);
});

test("around a memory lies what its names and links lead to, and nothing else", async () => {
  const scope = fresh();
  const start = await remember(memos, "Keiko Mori saw a heron.", scope);
  await remember(memos, "Keiko Mori met Rui Tavares.", scope);
  await remember(memos, "Rui Tavares sold a boat.", scope);
  await remember(memos, "Sofia Lind sings.", scope);
  await remember(memos, "Sofia Lind sleeps.", scope);
  const sample = await memos.graph.sample(scope, { cube: start });
  assert.equal(sample.focus, start);
  assert.deepEqual(labels(sample.nodes), [
    "Keiko Mori",
    "Keiko Mori met Rui Tavares.",
    "Keiko Mori saw a heron.",
    "Rui Tavares",
    "Rui Tavares sold a boat.",
  ]);
  assertWhole(sample);
  const small = await memos.graph.sample(scope, { cube: start, limit: 2 });
  assert.deepEqual(labels(small.nodes), ["Keiko Mori", "Keiko Mori saw a heron."]);
});

test("around a name lie the memories that name it", async () => {
  const scope = fresh();
  await remember(memos, "Keiko Mori saw a heron.", scope);
  await remember(memos, "Keiko Mori fed a heron.", scope);
  await remember(memos, "Rui Tavares sold a boat.", scope);
  const sample = await memos.graph.sample(scope, { entity: "keiko mori" });
  assert.ok(sample.nodes.some(({ id, label }) => id === sample.focus && label === "Keiko Mori"));
  assert.equal(sample.nodes.length, 3);
  assert.deepEqual((await memos.graph.sample(scope, { entity: "Nobody" })).nodes, []);
});

test("a sample tells nothing of what is forgotten, was not known yet, or is of another owner", async () => {
  const scope = fresh();
  const gone = await remember(memos, "Keiko Mori saw a heron.", scope);
  const kept = await remember(memos, "Keiko Mori fed a heron.", scope);
  await memos.forget(gone, scope);
  assert.deepEqual(labels((await memos.graph.sample(scope)).nodes), ["Keiko Mori fed a heron."]);
  assert.deepEqual((await memos.graph.sample(scope, { asOf: "2020-01-01" })).nodes, []);
  const other = { ...scope, user: "rui" };
  assert.deepEqual((await memos.graph.sample(other)).nodes, []);
  for (const [owner, cube] of [
    [scope, gone],
    [other, kept],
    [scope, UNKNOWN_ID],
  ] as const)
    await assert.rejects(memos.graph.sample(owner, { cube }), refused("NOT_FOUND"));
});

test("what is asked for is checked", async () => {
  const scope = fresh();
  for (const options of [{ limit: 0 }, { limit: 1_001 }, { limit: 1.5 }, { cube: UNKNOWN_ID, entity: "Ana" }])
    await assert.rejects(
      memos.graph.sample(scope, options),
      refused("INVALID_INPUT"),
      JSON.stringify(options),
    );
});
