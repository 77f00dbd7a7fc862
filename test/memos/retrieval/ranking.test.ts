import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Channel, SearchResult } from "../../../memos/index.js";
import { flush, found, inBothTiers, openMemos, openStore, textIn } from "../support.js";

const { memos, path } = await openMemos({ after });
const store = await openStore({ after }, path);
const SCOPE = { tenant: "acme" };
const CHANNELS: readonly Channel[] = ["text", "vector", "exact", "recency"];
const WORDS = ["walrus", "pelican", "oboe", "quartz", "tundra", "saffron", "cello", "fjord"];

const texts = Array.from({ length: 80 }, (_, n) => {
  const words = WORDS.filter((_word, at) => ((n * 37) >> at) % 2 === 0);
  return `${words.join(" ")} number${n} ${words.slice(0, n % 4).join(" ")}`;
});
await memos.add(
  texts.map((text, n) => ({ text, ...(n % 10 === 0 ? { type: "semantic" as const } : {}) })),
  SCOPE,
);

const QUERIES = [
  "walrus oboe",
  '"pelican oboe" quartz',
  "latest saffron",
  "number17 tundra",
  "what about it?",
  "fjord",
];

const shape = ({ hits }: SearchResult) => hits.map(({ cube, score }) => [cube.id, score]);

test("every score is the sum of what its channels contributed, and of nothing else", () =>
  inBothTiers(store, async () => {
    for (const query of QUERIES) {
      const { hits, receipt } = await memos.search(query, SCOPE, { explain: true, k: 100 });
      assert.deepEqual([...receipt.channels].sort(), [...CHANNELS].sort());
      assert.ok(hits.length > 0, query);
      for (const { explanation, score } of hits) {
        assert.ok(explanation);
        const parts = Object.values(explanation.channels);
        assert.ok(Math.abs(parts.reduce((sum, { contribution }) => sum + contribution, 0) - score) < 1e-12);
        for (const { rank, contribution } of parts) assert.ok(rank >= 1 && contribution > 0);
        assert.ok(explanation.terms.every((term) => query.toLowerCase().includes(term.slice(0, 4))));
      }
      const scores = hits.map(({ score }) => score);
      assert.deepEqual(
        scores,
        [...scores].sort((a, b) => b - a),
        "best first",
      );
    }
  }));

test("without asking for it nothing is explained", async () => {
  for (const hit of (await memos.search("walrus", SCOPE)).hits) assert.equal(hit.explanation, undefined);
});

test("the same query on the same store gives the same answer, here and in another process's place", async () => {
  const { memos: other } = await openMemos({ after }, { path });
  for (const query of QUERIES) {
    const first = shape(await memos.search(query, SCOPE, { k: 100 }));
    for (const searched of [memos, other, memos])
      assert.deepEqual(shape(await searched.search(query, SCOPE, { k: 100 })), first, query);
  }
});

test("moving rows from the delta into the base changes no ranking", async () => {
  const scope = { tenant: "moving" };
  await memos.add(texts, scope);
  const answers = () =>
    Promise.all(QUERIES.map((query) => memos.search(query, scope, { k: 100, explain: true })));
  const tiers = (results: SearchResult[]) =>
    new Set(results.flatMap(({ hits }) => hits.map(({ explanation }) => explanation?.tier)));
  const before = await answers();
  assert.deepEqual(tiers(before), new Set(["delta"]));
  await flush(store);
  const later = await answers();
  assert.deepEqual(tiers(later), new Set(["base"]));
  assert.deepEqual(later.map(shape), before.map(shape));
});

test("k is how many come back at most, and the first of more are the same", () =>
  inBothTiers(store, async () => {
    const all = await found(memos, "walrus", SCOPE, { k: 1_000 });
    assert.ok(all.length > 30);
    for (const k of [1, 2, 10, 30])
      assert.deepEqual(await found(memos, "walrus", SCOPE, { k }), all.slice(0, k));
    assert.equal((await found(memos, "walrus", SCOPE)).length, 10, "ten unless said otherwise");
  }));

test("a search can be limited to types and to channels", () =>
  inBothTiers(store, async () => {
    const { hits } = await memos.search("walrus", SCOPE, { types: ["semantic"], k: 100 });
    assert.ok(hits.length > 0);
    for (const { cube } of hits) assert.equal(cube.type, "semantic");
    assert.deepEqual((await memos.search("walrus", SCOPE, { types: ["vault"] })).hits, []);
    for (const channel of CHANNELS) {
      const result = await memos.search('"walrus" latest', SCOPE, { channels: [channel], explain: true });
      assert.deepEqual(result.receipt.channels, [channel]);
      for (const { explanation } of result.hits)
        assert.deepEqual(Object.keys(explanation?.channels ?? {}), [channel]);
    }
  }));

test("what is asked for as the latest comes newest first", async () => {
  const scope = { tenant: "recency" };
  const subjects = Array.from({ length: 40 }, (_, n) => `We talked about subject ${n}.`);
  // One by one, and a conversation of several turns at once, which have one time.
  for (const text of subjects.slice(0, 20)) await memos.add(text, scope);
  await memos.add(subjects.slice(20), scope);
  await inBothTiers(store, async () => {
    for (const query of ["What is the latest?", "most recent", "???"]) {
      const { hits } = await memos.search(query, scope, { k: 3, channels: ["text", "recency"] });
      assert.deepEqual(
        hits.map(({ cube }) => textIn(cube)),
        ["We talked about subject 39.", "We talked about subject 38.", "We talked about subject 37."],
        query,
      );
    }
  });
});

test("of two texts the one that says more of the query comes first, a title counts more than a mention", async () => {
  const scope = { tenant: "weights" };
  await memos.add(
    [
      "A walrus.",
      "A walrus plays the oboe.",
      { text: "About something else.", title: "Oboe walrus" },
      "An oboe, and many other instruments of the orchestra.",
    ],
    scope,
  );
  await inBothTiers(store, async () => {
    const order = await found(memos, "walrus oboe", scope);
    assert.equal(order.length, 4);
    assert.equal(order[0], "About something else.");
    assert.equal(order[1], "A walrus plays the oboe.");
    assert.equal(order.at(-1), "An oboe, and many other instruments of the orchestra.");
  });
});
