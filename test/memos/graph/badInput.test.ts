import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMITS } from "../../../memcube/index.js";
import type { Scope } from "../../../memos/index.js";
import { allOf, collect, openMemos, refused, remember, UNKNOWN_ID } from "../support.js";

const { memos } = await openMemos({ after });
let runs = 0;
const fresh = (): Scope => ({ tenant: `bad ${runs++}` });

test("a name in thousands of memories joins none of them, and is answered within its limits", async () => {
  const scope = fresh();
  const many = Array.from({ length: 3_000 }, (_, n) => `Keiko Mori saw bird ${n} today.`);
  await collect(memos.addMany(many, scope));
  const id = await remember(memos, "Keiko Mori lives in Braga.", scope);
  const near = await memos.graph.neighbours(id, scope);
  assert.ok(near.neighbours.every(({ because }) => because.every(({ kind }) => kind === "similar")));
  const entity = await memos.graph.entity("Keiko Mori", scope);
  assert.equal(entity.cubes.length, 500);
  assert.equal(entity.facts.length, 1);
  const { hits } = await memos.search("Where does Keiko Mori live?", scope);
  assert.equal(hits[0]?.cube.id, id);
  const { graph } = await memos.graph.export(scope);
  const hub = graph.filterNodes((_, { kind }) => kind === "entity");
  assert.equal(graph.degree(hub[0]), 3_001);
});

test("names in any script are entities, however they are composed", async () => {
  const scope = fresh();
  const names = [
    ["Müller", "Straße von Müller", "Mu\u0308ller"],
    ["Анна Каренина", "Анна Каренина читает.", "АННА КАРЕНИНА"],
    ["Ελένη Παππά", "Η Ελένη Παππά ζει εδώ.", "ελένη παππά"],
    ["Արամ Խաչատրյան", "Արամ Խաչատրյան գրեց.", "արամ խաչատրյան"],
    ["ნინო", "「ნინო」", "ნინო"],
    ["東京物語", "昨日「東京物語」を見た。", "東京物語"],
    ["ナウシカ", "昨日「ナウシカ」を見た。", "ﾅｳｼｶ"],
    ["서울의 봄", "어제 「서울의 봄」을 봤다.", "서울의 봄"],
    ["أم كلثوم", "سمعت «أم كلثوم» أمس", "أم كلثوم"],
    ["मीरा", "कल «मीरा» पढ़ी", "मीरा"],
  ] as const;
  for (const [name, text, spelled] of names) {
    const id = await remember(memos, text, scope);
    const { cubes } = await memos.graph.entity(spelled, scope);
    assert.deepEqual(
      cubes.map((cube) => cube.id),
      [id],
      name,
    );
  }
});

test("a passage of 200,000 characters is taken in and its first names are found", async () => {
  const scope = fresh();
  const names = Array.from({ length: 20_000 }, (_, n) => `Person${n.toString(36)}x`);
  const text = `${names.join(" met ")}.`.slice(0, 200_000);
  const id = await remember(memos, text, scope);
  assert.deepEqual(
    (await memos.graph.entity("Person0x", scope)).cubes.map((cube) => cube.id),
    [id],
  );
  const { graph } = await memos.graph.export(scope);
  assert.equal(graph.filterNodes((_, { kind }) => kind === "cube").length, 1);
});

test("a note can neither link to itself nor to what is not there", async () => {
  const scope = fresh();
  const id = await remember(memos, "a note", scope);
  const link = (to: string) => ({ links: [{ to, kind: "link" as const }] });
  await memos.update(id, link(id), scope);
  assert.deepEqual((await memos.graph.neighbours(id, scope)).neighbours, []);
  for (const to of [UNKNOWN_ID, "not an id", ""]) {
    await assert.rejects(memos.add({ text: "another", ...link(to) }, scope), refused("INVALID_INPUT"));
    await assert.rejects(memos.update(id, link(to), scope), refused("INVALID_INPUT"));
  }
  assert.equal((await allOf(memos, scope)).length, 1);
});

test("facts that do not parse are refused by name, and nothing is written", async () => {
  const scope = fresh();
  const fact = { subject: "Ana", relation: "lives in", object: "Faro" };
  const long = "x".repeat(LIMITS.phraseCharacters + 1);
  const bad: readonly unknown[] = [
    ["Ana", "lives in", "Faro"],
    "Ana lives in Faro",
    null,
    {},
    { ...fact, subject: "" },
    { ...fact, object: "   " },
    { ...fact, relation: long },
    { ...fact, subject: 3 },
    { ...fact, validFrom: "yesterday" },
    { ...fact, certainty: 1 },
  ];
  for (const one of bad)
    await assert.rejects(
      memos.add({ text: "Ana", facts: [one] as never }, scope),
      (error: Error & { path?: string }) => {
        refused("INVALID_INPUT")(error);
        assert.match(error.path ?? "", /^facts\.0/, JSON.stringify(one));
        return true;
      },
    );
  assert.deepEqual(await allOf(memos, scope), []);
});

test("as many facts and links as the limits say, and not one more", async () => {
  const scope = fresh();
  const facts = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ subject: "Ana", relation: "owns", object: `book ${n}` }));
  const id = await remember(memos, { text: "Ana's books", facts: facts(LIMITS.facts) }, scope);
  assert.equal((await memos.graph.fact("Ana", "owns", scope)).current.length, LIMITS.facts);
  await assert.rejects(memos.update(id, { facts: facts(LIMITS.facts + 1) }, scope), refused("TOO_LARGE"));
  const notes = await collect(
    memos.addMany(
      Array.from({ length: LIMITS.links + 1 }, (_, n) => `note ${n}`),
      scope,
    ),
  );
  const links = notes.flatMap(({ written }) =>
    written.map((cube) => ({ to: cube.id, kind: "link" as const })),
  );
  await memos.update(id, { links: links.slice(1) }, scope);
  const { neighbours } = await memos.graph.neighbours(id, scope, { limit: 200 });
  assert.equal(neighbours.filter(({ because }) => because[0]?.kind === "link").length, LIMITS.links);
  await assert.rejects(memos.update(id, { links }, scope), refused("TOO_LARGE"));
});

test("a question about a name, a relation or a time that is none gets a clear error", async () => {
  const scope = fresh();
  const bad: readonly (() => Promise<unknown>)[] = [
    () => memos.graph.entity("", scope),
    () => memos.graph.entity("x".repeat(LIMITS.phraseCharacters + 1), scope),
    () => memos.graph.fact("Ana", " ", scope),
    () => memos.graph.fact("Ana", "lives in", scope, { asOf: "once" }),
    () => memos.graph.neighbours("not an id", scope),
    () => memos.graph.neighbours(UNKNOWN_ID, scope, { limit: 0 }),
    () => memos.graph.export(scope, { limit: 1.5 }),
    () => memos.graph.export({} as Scope),
  ];
  for (const ask of bad) await assert.rejects(ask(), refused("INVALID_INPUT"), String(ask));
  assert.deepEqual(await memos.graph.entity("nobody", scope), {
    name: "nobody",
    cubes: [],
    facts: [],
    related: [],
  });
});
