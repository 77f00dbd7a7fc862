import assert from "node:assert/strict";
import { test } from "node:test";
import { conflicts, resolveConflict, shareMemory } from "../../../agents/index.js";
import { MemOS } from "../../../memos/index.js";
import { atEnd, refused, textIn, UNKNOWN_ID, WordEmbedder } from "../../memos/support.js";
import { agent, type Crew, crewOf, TENANT } from "./support.js";

/** The planner says Lisbon, then the writer says Porto. */
async function disagreed({ crew, planner, writer }: Crew) {
  const [lisbon] = (await shareMemory(planner, "Ana lives in Lisbon.", crew.space)).written;
  const shared = await shareMemory(writer, "Ana lives in Porto.", crew.space);
  return { lisbon: lisbon?.id ?? "", porto: shared.written[0]?.id ?? "", shared };
}

test("two values of one fact are both kept, linked, and listed with who said them and when", async (t) => {
  const team = await crewOf(t);
  const { crew, planner, writer } = team;
  const { lisbon, porto, shared } = await disagreed(team);
  assert.equal(shared.conflicts.length, 1, "the writer is told at once");
  assert.equal(textIn(await planner.get(lisbon, crew.space)), "Ana lives in Lisbon.");
  const second = await planner.get(porto, crew.space);
  assert.equal(textIn(second), "Ana lives in Porto.");
  assert.deepEqual(
    second.attributes.links?.map(({ to, kind }) => [to, kind]),
    [[lisbon, "contradicts"]],
  );
  const { conflicts: found, complete } = await conflicts(planner, crew.space);
  assert.equal(complete, true);
  assert.deepEqual(
    found.map(({ subject, relation, values }) => [
      subject,
      relation,
      values.map(({ value, by, holds, cube, evidence }) => [value, by, holds, cube, evidence]),
    ]),
    [
      [
        "Ana",
        "lives in",
        [
          ["Lisbon", "planner", false, lisbon, "Ana lives in Lisbon"],
          ["Porto", "writer", true, porto, "Ana lives in Porto"],
        ],
      ],
    ],
  );
  const { current } = await writer.graph.fact("Ana", "lives in", crew.space);
  assert.deepEqual(
    current.map(({ object }) => object),
    ["Porto"],
  );
});

test("who changes their own mind, or agrees in the end, is in no conflict", async (t) => {
  const { crew, planner, writer } = await crewOf(t);
  await shareMemory(planner, "Ana lives in Lisbon.", crew.space);
  await shareMemory(planner, "Ana lives in Porto.", crew.space);
  assert.deepEqual((await conflicts(planner, crew.space)).conflicts, []);
  await shareMemory(writer, "Ana lives in Faro.", crew.space);
  assert.equal((await conflicts(planner, crew.space)).conflicts.length, 1);
  await shareMemory(writer, "Ana lives in Porto now.", crew.space);
  assert.deepEqual((await conflicts(planner, crew.space)).conflicts, []);
});

test("a decision is a version with its reason, changes what holds, and can be undone", async (t) => {
  const team = await crewOf(t);
  const { crew, planner, writer } = team;
  const { lisbon, porto } = await disagreed(team);
  const [conflict] = (await conflicts(planner, crew.space)).conflicts;
  const id = conflict?.id ?? "";
  const receipt = await resolveConflict(planner, id, lisbon, crew.space, { reason: "said by Ana herself" });
  assert.equal(receipt.written[0]?.version, 2);
  const holding = async () =>
    (await writer.graph.fact("Ana", "lives in", crew.space)).current.map(({ object }) => object);
  assert.deepEqual(await holding(), ["Lisbon"]);
  const { versions } = await writer.history(lisbon, crew.space);
  assert.match(versions.at(-1)?.cause ?? "", /said by Ana herself/);
  assert.equal(textIn(await writer.get(porto, crew.space)), "Ana lives in Porto.");
  assert.deepEqual((await conflicts(writer, crew.space)).conflicts, []);
  const [settled] = (await conflicts(writer, crew.space, { settled: true })).conflicts;
  assert.deepEqual([settled?.id, settled?.settled], [id, lisbon]);
  await assert.rejects(
    resolveConflict(planner, id, lisbon, crew.space, { reason: "again" }),
    refused("CONFLICT"),
  );

  await planner.undo(lisbon, crew.space);
  assert.deepEqual(await holding(), ["Porto"]);
  assert.equal((await conflicts(writer, crew.space)).conflicts[0]?.id, id);
});

test("another value after a decision is another conflict", async (t) => {
  const team = await crewOf(t);
  const { memos, crew, planner } = team;
  const { lisbon } = await disagreed(team);
  const [conflict] = (await conflicts(planner, crew.space)).conflicts;
  await resolveConflict(planner, conflict?.id ?? "", lisbon, crew.space, { reason: "said by Ana" });
  await crew.join("third", { may: "write" });
  const { conflicts: news } = await shareMemory(memos.as(agent("third")), "Ana lives in Faro.", crew.space);
  assert.equal(news.length, 1);
  assert.notEqual(news[0]?.id, conflict?.id);
  assert.deepEqual(news[0]?.values.map(({ value }) => value).sort(), ["Faro", "Lisbon", "Porto"]);
});

test("what is no conflict, no part of it, or not the decider's to change is refused", async (t) => {
  const team = await crewOf(t);
  const { memos, crew, planner } = team;
  const { porto } = await disagreed(team);
  const [conflict] = (await conflicts(planner, crew.space)).conflicts;
  const id = conflict?.id ?? "";
  const because = { reason: "none" };
  await assert.rejects(
    resolveConflict(planner, "0".repeat(64), porto, crew.space, because),
    refused("NOT_FOUND"),
  );
  await assert.rejects(
    resolveConflict(planner, id, UNKNOWN_ID, crew.space, because),
    refused("INVALID_INPUT"),
  );
  await assert.rejects(resolveConflict(planner, "x", porto, crew.space, because), refused("INVALID_INPUT"));
  await assert.rejects(
    resolveConflict(planner, id, porto, crew.space, { ...because, ifVersion: 99 }),
    refused("CONFLICT"),
  );
  await crew.join("reader");
  const reader = memos.as(agent("reader"));
  assert.equal((await conflicts(reader, crew.space)).conflicts.length, 1);
  await assert.rejects(resolveConflict(reader, id, porto, crew.space, because), refused("FORBIDDEN"));
  await crew.leave("reader");
  await assert.rejects(conflicts(reader, crew.space), refused("FORBIDDEN"));
});

test("a value that may not be read is in no conflict that is shown", async (t) => {
  const { memos, crew, planner, writer } = await crewOf(t);
  await shareMemory(planner, "Ana lives in Lisbon.", crew.space);
  await memos.add({ text: "Ana lives in Porto.", actor: "owner" }, crew.space);
  await memos.add({ text: "Ana lives in Faro.", actor: "owner" }, { tenant: "other", app: "launch" });
  assert.deepEqual((await conflicts(writer, crew.space)).conflicts, []);
  assert.equal((await conflicts(memos, crew.space)).conflicts.length, 1);
});

test("of two who change one memory at once, the second is told the version to merge with", async (t) => {
  const { path, crew, planner } = await crewOf(t);
  const [written] = (await shareMemory(planner, "The plan has one step.", crew.space)).written;
  const id = written?.id ?? "";
  const second = await MemOS.open({ path, embedder: new WordEmbedder() });
  atEnd(t, () => second.close());
  const writer = second.as(agent("writer"));
  const change = (memos: MemOS, text: string) => memos.update(id, { text }, crew.space, { ifVersion: 1 });
  const outcomes = await Promise.allSettled([
    change(planner, "The plan has one step, then two."),
    change(writer, "The plan has one step, then three."),
  ]);
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  const loser = outcomes.find((outcome) => outcome.status === "rejected");
  refused("CONFLICT")(loser?.reason);
  assert.match(String(loser?.reason), /version 2/);
  const { version, ...current } = await writer.get(id, crew.space);
  const merged = `${textIn({ ...current, version })} And four.`;
  await writer.update(id, { text: merged }, crew.space, { ifVersion: version });
  const { versions } = await planner.history(id, crew.space);
  assert.equal(versions.length, 3);
  assert.equal(TENANT, crew.space.tenant);
});
