import assert from "node:assert/strict";
import { test } from "node:test";
import { textIn } from "../../memos/support.js";
import { ANA, GYM, on, openReflecting, reflect, said, statements } from "./support.js";

test("an activity on several days becomes a statement with its count, its days and its evidence", async (t) => {
  const { memos } = await openReflecting(t);
  const { written } = await memos.add(GYM, ANA);
  const run = await reflect(memos);
  assert.equal(run.made.length, 1);
  assert.equal(run.llmCalls, 0);
  const [made] = await statements(memos);
  assert.ok(made);
  assert.equal(made.type, "semantic");
  assert.equal(
    textIn(made),
    "ana went to the gym, by what was told, on 4 days between 2026-01-05 and 2026-02-02: on 4 of the 5 Mondays in that time.",
  );
  const evidence = written.map(({ id }) => id);
  assert.deepEqual(
    made.provenance.sources.map(({ cube }) => cube),
    evidence,
  );
  assert.deepEqual(
    made.attributes.links,
    evidence.map((to) => ({ to, kind: "supports" })),
  );
  for (const { cube, span } of made.provenance.sources) {
    assert.ok(span);
    assert.match(textIn(await memos.get(cube, ANA)).slice(...span), /went to the gym/);
  }
});

test("a day that is told counts, not that of the telling", async (t) => {
  const { memos } = await openReflecting(t);
  await memos.add(
    [
      on("2026-01-06", "Yesterday I went to the gym."),
      on("2026-01-13", "Yesterday I went to the gym."),
      on("2026-01-20", "I went to the gym yesterday."),
    ],
    ANA,
  );
  await reflect(memos);
  assert.deepEqual(await said(memos), [
    "ana went to the gym, by what was told, on 3 days between 2026-01-05 and 2026-01-19: on 3 of the 3 Mondays in that time.",
  ]);
});

test("a fact, a preference, a pastime and a note that come again are statements; each is said once", async (t) => {
  const { memos } = await openReflecting(t);
  const days = ["2026-01-05", "2026-01-14", "2026-03-02"];
  await memos.add(
    days.flatMap((day) => [
      on(day, "I live in Lisbon."),
      on(day, "I love strong coffee."),
      on(day, "We went hiking near the coast."),
      on(day, "Backup of the photo archive ran through."),
    ]),
    ANA,
  );
  await reflect(memos);
  const when = "on 3 days between 2026-01-05 and 2026-03-02";
  assert.deepEqual((await said(memos)).sort(), [
    `ana noted ${when}: "Backup of the photo archive ran through."`,
    `ana went hiking, by what was told, ${when}.`,
    `ana: likes strong coffee, as said ${when}.`,
    `ana: lives in Lisbon, as said ${when}.`,
  ]);
});

const NOTHING: readonly (readonly [what: string, texts: string[]])[] = [
  ["questions", ["Did I go to the gym?", "I went to the gym?", "We went to the gym, right?"]],
  ["denials", ["I did not go to the gym.", "I never went to the gym.", "I didn't go to the gym."]],
  ["wishes", ["I wish I went to the gym.", "If I went to the gym!", "Maybe I went to the gym once."]],
  ["others", ["Bo went to the gym.", 'Bo said: "I went to the gym."', "She told me I went to the gym."]],
  ["small talk", ["Thanks, that is so kind of you!", "Thanks, that is so kind of you!", "That's great!"]],
  ["no day", ["I went to the gym last year.", "I went to the gym in 2024.", "I went to the gym in May."]],
  ["another thing each", ["I went to the gym.", "I went to the gym of Bo.", "I went to the pool."]],
];

for (const [what, texts] of NOTHING)
  test(`nothing is made of ${what}`, async (t) => {
    const { memos } = await openReflecting(t);
    await memos.add(
      texts.map((text, at) => on(`2026-01-0${at + 1}`, text)),
      ANA,
    );
    assert.deepEqual((await reflect(memos)).made, []);
  });

test("three times on one day is one day", async (t) => {
  const { memos } = await openReflecting(t);
  await memos.add(
    ["I went to the gym.", "Yes, I went to the gym.", "As I said, I went to the gym!"].map((text) =>
      on("2026-01-05", text),
    ),
    ANA,
  );
  assert.deepEqual((await reflect(memos)).made, []);
});

test("what one owner does is no evidence of what another does", async (t) => {
  const { memos } = await openReflecting(t);
  const ben = { tenant: "acme", user: "ben" };
  await memos.add(GYM.slice(0, 2), ANA);
  await memos.add(GYM.slice(2), ben);
  assert.deepEqual((await reflect(memos, { tenant: "acme" })).made, []);
});

test("a fact that has another value since is not repeated", async (t) => {
  const { memos } = await openReflecting(t);
  const days = ["2026-01-05", "2026-01-14", "2026-03-02"];
  await memos.add(
    days.map((day) => on(day, "I live in Lisbon.")),
    ANA,
  );
  await reflect(memos);
  assert.equal((await said(memos)).length, 1);
  await memos.add(on("2026-04-01", "I live in Porto now."), ANA);
  await reflect(memos);
  assert.deepEqual(await said(memos), []);
});

test("what is secret, and documents, take no part", async (t) => {
  const { memos } = await openReflecting(t);
  await memos.add(
    GYM.map((memory) => ({ ...memory, governance: { sensitivity: "secret" as const } })),
    ANA,
  );
  assert.deepEqual((await reflect(memos)).made, []);
});
