import assert from "node:assert/strict";
import { test } from "node:test";
import { VaultKey } from "../../../../memos/governance/vault/sealing.js";
import type { Proposal } from "../../../../memos/index.js";
import { allOf, found, refused, remember, textIn } from "../../support.js";
import { ANA, ledgerRows, openIdle, statesOf } from "./support.js";

const HIKING = ["I love hiking in the mountains.", "Well, I really love hiking in the mountains!"];

async function merges(memos: Parameters<typeof remember>[0], scope = ANA): Promise<Proposal[]> {
  return (await memos.consolidation.plan(scope, { kinds: ["merge"] })).proposals;
}

test("a plan says what would be merged and why, and writes nothing", async (t) => {
  const { memos, path } = await openIdle(t);
  const { written } = await memos.add(HIKING, ANA);
  await memos.add("Bees sleep in the hive at night.", ANA);
  await memos.settled();
  const before = ledgerRows(path);
  const { proposals, complete } = await memos.consolidation.plan(ANA);
  assert.deepEqual(ledgerRows(path), before);
  assert.ok(complete);
  assert.equal(proposals.length, 1);
  assert.deepEqual(
    proposals.map(({ kind, cubes, why }) => ({ kind, cubes, why })),
    [
      {
        kind: "merge",
        cubes: written.map(({ id }) => id),
        why: "2 memories say the same in nearly the same words.",
      },
    ],
  );
  assert.deepEqual(await memos.consolidation.plan(ANA).then((plan) => plan.proposals), proposals);
});

test("a run merges near-duplicates into a derived cube that names them, and a second run finds nothing", async (t) => {
  const { memos } = await openIdle(t);
  const { written } = await memos.add(HIKING, ANA);
  const parents = written.map(({ id }) => id);
  const run = await memos.consolidation.run(ANA);
  assert.equal(run.stoppedBy, "done");
  assert.equal(run.merged, 2);
  assert.equal(run.llmCalls, 0);
  const [made] = run.made;
  assert.ok(made);
  const cube = await memos.get(made.cube, ANA);
  assert.equal(textIn(cube), HIKING[1]);
  assert.equal(cube.provenance.origin, "inferred");
  assert.deepEqual(
    cube.provenance.sources.map((source) => source.cube),
    parents,
  );
  assert.deepEqual(await statesOf(memos, parents, ANA), ["merged", "merged"]);
  assert.deepEqual(await found(memos, "hiking mountains", ANA), [HIKING[1]]);
  const second = await memos.consolidation.run(ANA);
  assert.deepEqual([second.made, second.skipped, second.stoppedBy], [[], [], "done"]);
  assert.deepEqual(
    (await memos.consolidation.runs(ANA)).map(({ id }) => id),
    [run.id],
  );
});

test("undo brings back what was merged, exactly, and it is not proposed again", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add([...HIKING, "I live in Lisbon with Rita."], ANA);
  const before = await allOf(memos, ANA);
  const foundBefore = await found(memos, "hiking mountains", ANA);
  const run = await memos.consolidation.run(ANA);
  const undone = await memos.consolidation.undo(run.id, ANA);
  assert.deepEqual(undone.left, []);
  assert.deepEqual(
    undone.undone.map(({ kind, sources }) => [kind, sources.length]),
    [["merge", 2]],
  );
  const after = await allOf(memos, ANA);
  assert.deepEqual(
    after.map(({ version: _, ...cube }) => cube),
    before.map(({ version: _, ...cube }) => cube),
  );
  assert.deepEqual(await found(memos, "hiking mountains", ANA), foundBefore);
  const { versions, intact } = await memos.history(before[0]?.id ?? "", ANA);
  assert.ok(intact);
  assert.deepEqual(
    versions.map(({ operation }) => operation),
    ["add", "merge", "unmerge"],
  );
  assert.deepEqual(await merges(memos), []);
  assert.deepEqual((await memos.consolidation.run(ANA)).made, []);
  assert.deepEqual((await memos.consolidation.undo(run.id, ANA)).undone, []);
  assert.ok((await memos.consolidation.runs(ANA))[0]?.undoneAt);
});

test("undo leaves and names what somebody has changed since", async (t) => {
  const { memos } = await openIdle(t);
  const { written } = await memos.add(HIKING, ANA);
  const run = await memos.consolidation.run(ANA);
  const cube = run.made[0]?.cube ?? "";
  await memos.update(cube, { text: "I love hiking in the Alps." }, ANA);
  const { undone, left } = await memos.consolidation.undo(run.id, ANA);
  assert.deepEqual(undone, []);
  assert.deepEqual(
    left.map((one) => one.cube),
    [cube],
  );
  assert.match(left[0]?.reason ?? "", /version 2/);
  assert.deepEqual(await statesOf(memos, [cube, ...written.map(({ id }) => id)], ANA), [
    "active",
    "merged",
    "merged",
  ]);
});

test("what was merged states its facts as before, and later statements still count", async (t) => {
  const { memos } = await openIdle(t);
  const inputs = [
    { text: "I live in Lisbon by the river.", occurredAt: "2024-01-01" },
    { text: "Well, I really live in Lisbon by the river.", occurredAt: "2024-01-01" },
  ];
  await memos.add(inputs, ANA);
  const before = await memos.graph.fact("ana", "lives in", ANA);
  assert.match(before.current[0]?.object ?? "", /Lisbon/);
  const run = await memos.consolidation.run(ANA);
  assert.equal(run.merged, 2);
  const merged = await memos.graph.fact("ana", "lives in", ANA);
  assert.deepEqual(
    merged.current.map(({ object, since }) => [object, since.slice(0, 10)]),
    before.current.map(({ object, since }) => [object, since.slice(0, 10)]),
  );
  await memos.add({ text: "I live in Porto now.", occurredAt: "2024-06-01" }, ANA);
  assert.match((await memos.graph.fact("ana", "lives in", ANA)).current[0]?.object ?? "", /Porto/);
  await memos.consolidation.undo(run.id, ANA);
  const undone = await memos.graph.fact("ana", "lives in", ANA);
  assert.deepEqual(
    undone.history.filter(({ object }) => object.includes("Lisbon")).map(({ cube }) => cube),
    before.history.map(({ cube }) => cube),
  );
});

test("a value that changed and changed back is not merged over what was between", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add(
    [
      { text: "Ana lives in Lisbon by the river.", occurredAt: "2024-01-01T08:00:00Z" },
      { text: "Ana lives in Porto by the river.", occurredAt: "2024-01-01T12:00:00Z" },
      { text: "Well, Ana really lives in Lisbon by the river.", occurredAt: "2024-01-01T16:00:00Z" },
    ],
    ANA,
  );
  assert.equal((await memos.graph.fact("ana", "lives in", ANA)).history.length > 1, true);
  assert.deepEqual(await merges(memos), []);
});

test("episodes of different days are two events, however alike they are told", async (t) => {
  const { memos } = await openIdle(t);
  const told = (occurredAt: string, filler = "") => ({
    text: `I ${filler} climbed the north tower with Rita.`,
    occurredAt,
  });
  await memos.add([told("2024-01-01"), told("2024-03-01", "really")], ANA);
  assert.deepEqual(await merges(memos), []);
});

test("repetitions are merged together with others, and are no reason for a merge", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add(["Rita keeps bees behind the house.", "rita keeps bees behind the house"], ANA);
  assert.deepEqual(await merges(memos), []);
  await memos.add("Well, Rita keeps bees behind the house.", ANA);
  assert.deepEqual(
    (await merges(memos)).map(({ cubes }) => cubes.length),
    [3],
  );
});

test("secret, read-only, frozen, held, vault and quarantined memories and those of others take no part", async (t) => {
  const { memos } = await openIdle(t, { vault: { key: VaultKey.generate() } });
  const [text, alike] = HIKING as [string, string];
  await remember(memos, text, ANA);
  await memos.add({ text: alike, governance: { sensitivity: "secret" } }, ANA);
  await memos.add({ text: alike, governance: { readonly: true } }, ANA);
  await memos.add({ text: alike, governance: { retention: "legal-hold" } }, ANA);
  await memos.add({ text: alike, type: "vault", secret: "hunter2" }, ANA);
  await memos.add({ text: alike, actor: "bo" }, ANA);
  await memos.add(alike, { tenant: "acme", user: "bo" });
  await memos.add(alike, { tenant: "other", user: "ana" });
  const frozen = await remember(memos, alike, ANA);
  await memos.lifecycle.freeze(frozen, ANA);
  assert.deepEqual(await merges(memos), []);
  assert.deepEqual(await memos.consolidation.plan({ tenant: "acme" }).then((plan) => plan.proposals), []);
  await memos.lifecycle.thaw(frozen, ANA);
  assert.deepEqual(
    (await merges(memos)).map(({ cubes }) => cubes.length),
    [2],
  );
});

test("a merged cube is as restricted as the most restricted of its sources", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add(
    { text: HIKING[0] ?? "", governance: { sensitivity: "public", visibility: "shared" } },
    ANA,
  );
  await memos.add({ text: HIKING[1] ?? "", governance: { sensitivity: "internal" } }, ANA);
  const run = await memos.consolidation.run(ANA);
  const { governance } = await memos.get(run.made[0]?.cube ?? "", ANA);
  assert.equal(governance.sensitivity, "internal");
  assert.equal(governance.visibility, "private");
});

test("a run is of its own scope: nobody else sees it or undoes it", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add(HIKING, ANA);
  const run = await memos.consolidation.run(ANA);
  for (const scope of [{ tenant: "other" }, { tenant: "acme", user: "bo" }]) {
    assert.deepEqual(await memos.consolidation.runs(scope), []);
    await assert.rejects(memos.consolidation.undo(run.id, scope), refused("NOT_FOUND"));
    assert.deepEqual((await memos.consolidation.run(scope)).made, []);
  }
  assert.equal((await memos.consolidation.runs({ tenant: "acme" })).length, 1);
});

test("only the proposals that are named are applied; one that is gone is named", async (t) => {
  const { memos } = await openIdle(t);
  await memos.add(HIKING, ANA);
  await memos.add(["Rita keeps bees behind the house.", "Rita keeps bees behind a house."], ANA);
  const [first, second] = await merges(memos);
  assert.ok(first && second);
  const gone = "0".repeat(64);
  const run = await memos.consolidation.run(ANA, { proposals: [second.id, gone] });
  assert.deepEqual(
    run.made.map(({ proposal }) => proposal),
    [second.id],
  );
  assert.deepEqual(
    run.skipped.map(({ proposal }) => proposal),
    [gone],
  );
  assert.deepEqual(
    (await merges(memos)).map(({ id }) => id),
    [first.id],
  );
});
