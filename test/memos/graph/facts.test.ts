import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import type { Scope } from "../../../memos/index.js";
import { foundIds, openMemos, remember } from "../support.js";

const { memos } = await openMemos({ after });
let runs = 0;
const fresh = (): Scope => ({ tenant: `facts ${runs++}` });

const syllables = ["ba", "ro", "ki", "lu", "men", "tor", "vi", "sha", "do", "gre"];
const name = fc
  .array(fc.constantFrom(...syllables), { minLength: 2, maxLength: 4 })
  .map((parts) => parts.join(""))
  .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
const statements = [
  (who: string, where: string) => `${who} lives in ${where}.`,
  (who: string, where: string) => `${who} moved to ${where}.`,
  (who: string, where: string) => `${who} has moved to ${where} and likes it there.`,
];
const chain = fc.record({
  who: name,
  places: fc.uniqueArray(name, { minLength: 3, maxLength: 10 }),
  shapes: fc.array(fc.constantFrom(...statements), { minLength: 10, maxLength: 10 }),
});

test("of a fact that changed three to ten times the last value is current, and ranked before the others", async () => {
  await fc.assert(
    fc.asyncProperty(chain, async ({ who, places, shapes }) => {
      fc.pre(!places.includes(who));
      const scope = fresh();
      const ids: string[] = [];
      for (const [at, where] of places.entries())
        ids.push(await remember(memos, shapes[at]?.(who, where) ?? "", scope));

      const fact = await memos.graph.fact(who, "lives in", scope);
      assert.deepEqual(
        fact.current.map(({ object, cube }) => [object, cube]),
        [[places.at(-1), ids.at(-1)]],
      );
      assert.deepEqual(
        fact.history.map(({ object, cube, status }) => [object, cube, status]),
        places.map((where, at) => [where, ids[at], at === places.length - 1 ? "current" : "superseded"]),
      );

      const { hits } = await memos.search(`Where does ${who} live?`, scope);
      assert.equal(hits[0]?.cube.id, ids.at(-1));
      for (const { cube, superseded } of hits.slice(1))
        assert.deepEqual([superseded?.by, superseded?.value], [ids.at(-1), places.at(-1)], cube.id);
    }),
    { numRuns: 40 },
  );
});

test("recall marks what no longer holds, with what holds instead", async () => {
  const scope = fresh();
  await remember(memos, "Ana lives in Porto.", scope);
  await remember(memos, "Ana moved to Faro.", scope);
  const { text } = await memos.recall("Where does Ana live?", scope, { budget: 400 });
  const [faro, porto] = [text.indexOf("Ana moved to Faro"), text.indexOf("Ana lives in Porto")];
  assert.ok(faro !== -1 && faro < porto, text);
  assert.match(text, /outdated \(now: Ana lives in Faro\) · Ana lives in Porto\./);
});

test("what was known at an earlier time is the value of then", async () => {
  const scope = fresh();
  await remember(memos, "Ana lives in Porto.", scope);
  const { history } = await memos.graph.fact("Ana", "lives in", scope);
  const then = history[0]?.recordedAt;
  await remember(memos, "Ana moved to Faro.", scope);
  const objects = async (asOf?: string) =>
    (await memos.graph.fact("Ana", "lives in", scope, asOf === undefined ? {} : { asOf })).current.map(
      ({ object }) => object,
    );
  assert.deepEqual(await objects(then), ["Porto"]);
  assert.deepEqual(await objects(), ["Faro"]);
});

test("a stated time decides, also when the earlier value is learned later", async () => {
  const scope = fresh();
  await remember(memos, "Ana moved to Faro in March 2021.", scope);
  await remember(memos, "Ana moved to Porto in May 2018.", scope);
  const { current, history } = await memos.graph.fact("Ana", "lives in", scope);
  assert.deepEqual(
    current.map(({ object, stated }) => [object, stated]),
    [["Faro", true]],
  );
  assert.deepEqual(
    history.map(({ object, since }) => [object, since.slice(0, 7)]),
    [
      ["Porto", "2018-05"],
      ["Faro", "2021-03"],
    ],
  );
});

test("two values for the same instant are both kept and said to contradict each other", async () => {
  const scope = fresh();
  const says = (object: string) => ({
    text: `A file says ${object}.`,
    facts: [{ subject: "Ana", relation: "lives in", object, validFrom: "2021-03-01T00:00:00.000Z" }],
  });
  await remember(memos, says("Faro"), scope);
  await remember(memos, says("Porto"), scope);
  const { current, contradicted } = await memos.graph.fact("Ana", "lives in", scope);
  assert.equal(contradicted, true);
  assert.deepEqual(current.map(({ object }) => object).sort(), ["Faro", "Porto"]);
});

test("a relation with several values keeps all of them", async () => {
  const scope = fresh();
  const speaks = (object: string) => ({
    text: `Ana, ${object}`,
    facts: [{ subject: "Ana", relation: "speaks", object }],
  });
  await remember(memos, speaks("Portuguese"), scope);
  await remember(memos, speaks("Basque"), scope);
  const { current } = await memos.graph.fact("ana", "speaks", scope);
  assert.deepEqual(current.map(({ object }) => object).sort(), ["Basque", "Portuguese"]);
});

test("without the memory that stated the newest value, the one before it holds again", async () => {
  const scope = fresh();
  const porto = await remember(memos, "Ana lives in Porto.", scope);
  const faro = await remember(memos, "Ana moved to Faro.", scope);
  await memos.forget(faro, scope);
  const { current, history } = await memos.graph.fact("Ana", "lives in", scope);
  assert.deepEqual([current.map(({ cube }) => cube), history.length], [[porto], 1]);
  assert.deepEqual(await foundIds(memos, "Where does Ana live?", scope, { channels: ["text", "graph"] }), [
    porto,
  ]);
});

test("a correction of a memory changes the fact, and going back to the version before brings it back", async () => {
  const scope = fresh();
  const id = await remember(memos, "Ana lives in Porto.", scope);
  const current = async () =>
    (await memos.graph.fact("Ana", "lives in", scope)).current.map(({ object }) => object);
  await memos.update(id, { text: "Ana lives in Faro." }, scope);
  assert.deepEqual(await current(), ["Faro"]);
  await memos.restore(id, 1, scope);
  assert.deepEqual(await current(), ["Porto"]);
});

test("one name for a relation: what a user calls it does not matter", async () => {
  const scope = fresh();
  await remember(memos, "Ana works for Blue Heron Press.", scope);
  for (const relation of ["employer", "works for", "works at"]) {
    const { current } = await memos.graph.fact("ANA", relation, scope);
    assert.deepEqual(
      current.map(({ object }) => object),
      ["Blue Heron Press"],
      relation,
    );
  }
});
