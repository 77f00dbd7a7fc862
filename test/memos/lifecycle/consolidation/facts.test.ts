import assert from "node:assert/strict";
import { test } from "node:test";
import { remember } from "../../support.js";
import { ledgerRows, openIdle } from "./support.js";

const BO = { tenant: "acme", user: "bo" };

const lives = (object: string, validFrom: string) => ({
  text: `A note about ${object}.`,
  facts: [{ subject: "Bo", relation: "lives in", object, validFrom: `${validFrom}T00:00:00.000Z` }],
});

test("two values for the same time are surfaced, linked by a run, and the link is undone", async (t) => {
  const { memos } = await openIdle(t);
  const oslo = await remember(memos, lives("Oslo", "2024-01-01"), BO);
  const rome = await remember(memos, lives("Rome", "2024-01-01"), BO);
  const { proposals } = await memos.consolidation.plan(BO);
  const [proposal] = proposals;
  assert.ok(proposal?.kind === "contradiction");
  assert.deepEqual(proposal.values.map(({ object }) => object).sort(), ["Oslo", "Rome"]);
  assert.deepEqual([proposal.makes.from, proposal.makes.to], [rome, oslo]);
  const before = await memos.get(rome, BO);
  const run = await memos.consolidation.run(BO);
  assert.equal(run.links, 1);
  const linked = await memos.get(rome, BO);
  assert.deepEqual(
    linked.attributes.links?.map(({ to, kind }) => [to, kind]),
    [[oslo, "contradicts"]],
  );
  assert.equal(linked.attributes.authors.links, "rule");
  const { neighbours } = await memos.graph.neighbours(oslo, BO);
  assert.ok(neighbours.some(({ because }) => because.some(({ kind }) => kind === "contradicts")));
  assert.deepEqual((await memos.consolidation.run(BO)).made, []);
  await memos.consolidation.undo(run.id, BO);
  const undone = await memos.get(rome, BO);
  assert.deepEqual(undone.attributes, before.attributes);
  assert.equal(undone.version, 3);
});

test("links that a caller gave are the caller's: the contradiction is surfaced and left", async (t) => {
  const { memos } = await openIdle(t);
  const oslo = await remember(memos, lives("Oslo", "2024-01-01"), BO);
  await remember(memos, { ...lives("Rome", "2024-01-01"), links: [{ to: oslo, kind: "link" }] }, BO);
  const run = await memos.consolidation.run(BO);
  assert.deepEqual(run.made, []);
  assert.match(run.skipped[0]?.reason ?? "", /given by a caller/);
});

test("a value that was superseded is reported with since when and by which memory, and stays as it is", async (t) => {
  const { memos, path } = await openIdle(t);
  const oslo = await remember(memos, lives("Oslo", "2022-01-01"), BO);
  const rome = await remember(memos, lives("Rome", "2024-01-01"), BO);
  await memos.settled();
  const before = ledgerRows(path);
  const { proposals } = await memos.consolidation.plan(BO);
  assert.deepEqual(
    proposals.map((proposal) =>
      proposal.kind === "close"
        ? [proposal.value.object, proposal.value.cube, proposal.value.supersededBy, proposal.closedAt]
        : proposal.kind,
    ),
    [["Oslo", oslo, rome, "2024-01-01T00:00:00.000Z"]],
  );
  assert.deepEqual((await memos.consolidation.run(BO)).made, []);
  assert.deepEqual(ledgerRows(path)["cubes"], before["cubes"]);
  await memos.forget(rome, BO);
  assert.deepEqual((await memos.consolidation.plan(BO)).proposals, []);
  assert.equal((await memos.graph.fact("Bo", "lives in", BO)).current[0]?.object, "Oslo");
});
