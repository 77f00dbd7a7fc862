import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Scope } from "../../../memos/index.js";
import { openMemos, remember } from "../support.js";

const { memos } = await openMemos({ after });
let runs = 0;
const fresh = (): Scope => ({ tenant: `answers ${runs++}`, user: "u" });

const LIST = [
  "The author of The Lantern Road is Orla Venn.",
  "Orla Venn is married to Bram Ostrey.",
  "Bram Ostrey is a citizen of Ostmark.",
  "The capital of Ostmark is Dunlow.",
  "Bram Ostrey is employed by Acme.",
  "Orla Venn is married to Pavo Lindt.",
  "Pavo Lindt is a citizen of Norland.",
  "The capital of Norland is Velmouth.",
];
const numbered = (from: number, to: number) =>
  LIST.slice(from, to)
    .map((text, index) => `${from + index}. ${text}`)
    .join("\n");

const rejectsWith = (call: Promise<unknown>, code: string) => assert.rejects(call, { code });

async function withList(): Promise<Scope> {
  const scope = fresh();
  await remember(memos, numbered(0, LIST.length), scope);
  return scope;
}

test("a question over several facts is answered with what holds, and cites every one of them", async () => {
  const scope = fresh();
  const first = await remember(memos, numbered(0, 4), scope);
  const second = await remember(memos, numbered(4, 8), scope);
  const asked =
    "What is the capital of the country that the spouse of the author of The Lantern Road is a citizen of?";
  const { known, text, confidence, hops } = await memos.graph.answer(asked, scope);
  assert.deepEqual([known, text], [true, "Velmouth"]);
  assert.ok(confidence > 0.8 && confidence <= 1);
  assert.deepEqual(
    hops.map(({ relation, value, superseded }) => [
      relation,
      value.object,
      value.cube,
      superseded.map(({ object }) => object),
    ]),
    [
      ["author", "Orla Venn", first, []],
      ["spouse", "Pavo Lindt", second, ["Bram Ostrey"]],
      ["citizen of", "Norland", second, []],
      ["capital", "Velmouth", second, []],
    ],
  );
});

test("numbers decide what is newer when the pieces of a list arrive in another order", async () => {
  const scope = fresh();
  await remember(memos, numbered(4, 8), scope);
  await remember(memos, numbered(0, 4), scope);
  assert.equal((await memos.graph.answer("Who is Orla Venn married to?", scope)).text, "Pavo Lindt");
});

test("without numbers the later statement holds", async () => {
  const scope = fresh();
  await remember(memos, LIST.slice(4).join(" "), scope);
  await remember(memos, LIST.slice(0, 4).join(" "), scope);
  assert.equal((await memos.graph.answer("Who is Orla Venn's husband?", scope)).text, "Bram Ostrey");
});

test("an update in a wording of its own replaces what it updates", async () => {
  const scope = fresh();
  await remember(
    memos,
    "0. Orla Venn is employed by Acme.\n1. Orla Venn draws her salary from Quill.",
    scope,
  );
  assert.equal((await memos.graph.answer("Which company employs Orla Venn?", scope)).text, "Quill");
});

test("what no fact states is not known", async () => {
  const scope = await withList();
  for (const question of [
    "What is the phone number of Orla Venn?",
    "Who is the author of The Silent Road?",
    "What is the population of the capital of Ostmark?",
    "How are you?",
    "?",
  ])
    assert.deepEqual(await memos.graph.answer(question, scope), {
      known: false,
      text: null,
      confidence: 0,
      hops: [],
    });
});

test("a relation that memory does not hold is not known, whatever else it holds of the name", async () => {
  const scope = fresh();
  const facts = [
    "Acme was founded by Orla Venn.",
    "The chairperson of Acme is Bo Lind.",
    "Dusk was performed by Bo Lind.",
    "Dusk was written in the language of Welsh.",
    "Bo Lind's child is Ida Lind.",
    "Bo Lind is a citizen of Ostmark.",
  ];
  await remember(memos, facts.map((fact, index) => `${index}. ${fact}`).join("\n"), scope);
  for (const question of [
    "Who is the CEO of Acme?",
    "Which city is the headquarters of Acme located in?",
    "Who wrote Dusk?",
    "Where was Bo Lind born?",
    "Who is the husband or wife of Bo Lind?",
    "What instrument does Bo Lind play?",
  ])
    assert.equal((await memos.graph.answer(question, scope)).text, null, question);
});

test("facts that go round in a circle end, and a name may be subject and value", async () => {
  const scope = fresh();
  await remember(
    memos,
    "0. Ana Roe is married to Bo Roe.\n1. Bo Roe is married to Ana Roe.\n2. Ana Roe was born in the city of Ana.",
    scope,
  );
  const answer = await memos.graph.answer("Who is the spouse of the spouse of Ana Roe?", scope);
  assert.equal(answer.text, "Ana Roe");
  assert.equal((await memos.graph.answer("Where was the spouse of Bo Roe born?", scope)).text, "Ana");
});

test("names of any sign and script are asked for as they are", async () => {
  const scope = fresh();
  const names = ["R (a+)+$", "محمد علي", "🦊 Fox", "C++ [x]"];
  await remember(
    memos,
    names.map((name, index) => `${index}. The author of ${name} is Orla V${index}.`).join("\n"),
    scope,
  );
  for (const [index, name] of names.entries())
    assert.equal((await memos.graph.answer(`Who penned ${name}?`, scope)).text, `Orla V${index}`, name);
});

test("current walks relations by any of their names, and says where it ends", async () => {
  const scope = await withList();
  const query = { subject: "the lantern road", relations: ["writer", "wife", "nationality"] };
  const found = await memos.graph.current(query, scope);
  assert.deepEqual([found.known, found.value, found.confidence], [true, "Norland", 1]);
  const relations = ["author", "spouse", "employer"];
  const ends = await memos.graph.current({ subject: "The Lantern Road", relations }, scope);
  assert.deepEqual([ends.known, ends.value, ends.hops.length], [false, null, 2]);
  assert.deepEqual(ends.missing, { subject: "Pavo Lindt", relation: "works at" });
});

test("several values that hold are shown, and lower the confidence", async () => {
  const scope = fresh();
  await remember(
    memos,
    "0. Orla Venn speaks the language of Welsh.\n1. Orla Venn speaks the language of Dutch.",
    scope,
  );
  const { value, confidence, hops } = await memos.graph.current(
    { subject: "Orla Venn", relations: ["speaks"] },
    scope,
  );
  assert.deepEqual([value, confidence], ["Dutch", 0.5]);
  assert.deepEqual(
    hops[0]?.others.map(({ object }) => object),
    ["Welsh"],
  );
});

test("what was known at another time is answered as of then, and what is forgotten not at all", async () => {
  const scope = fresh();
  await remember(memos, "Orla Venn lives in Porto.", scope);
  const then = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 2));
  const moved = await remember(memos, "Orla Venn lives in Faro.", scope);
  const ask = async (asOf?: string) =>
    (await memos.graph.answer("Where does Orla Venn live?", scope, asOf === undefined ? {} : { asOf })).text;
  assert.deepEqual([await ask(), await ask(then)], ["Faro", "Porto"]);
  await memos.forget(moved, scope);
  assert.equal(await ask(), "Porto");
});

test("nobody's facts answer for another", async () => {
  const scope = await withList();
  for (const other of [
    { tenant: scope.tenant, user: "v" },
    { tenant: "somebody else", user: "u" },
  ])
    assert.equal((await memos.graph.answer("What is the capital of Ostmark?", other)).known, false);
});

test("a list of more facts than a cube carries is read to its end", async () => {
  const scope = fresh();
  const lines = Array.from({ length: 600 }, (_, at) => `${at}. The capital of Land${at} is Town${at}.`);
  await remember(memos, lines.join(" "), scope);
  assert.equal((await memos.graph.answer("What is the capital of Land599?", scope)).text, "Town599");
});

test("what is asked for is checked", async () => {
  const scope = fresh();
  await rejectsWith(memos.graph.answer("", scope), "INVALID_INPUT");
  await rejectsWith(memos.graph.answer("x".repeat(9_000), scope), "INVALID_INPUT");
  await rejectsWith(memos.graph.current({ subject: "A", relations: [] }, scope), "INVALID_INPUT");
  const five = ["a", "b", "c", "d", "e"];
  await rejectsWith(memos.graph.current({ subject: "A", relations: five }, scope), "TOO_LARGE");
  const signal = AbortSignal.abort();
  await rejectsWith(memos.graph.answer("Where does Ana live?", scope, { signal }), "ABORTED");
});
