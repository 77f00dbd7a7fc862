import assert from "node:assert/strict";
import { test } from "node:test";
import { shareMemory, team } from "../../../agents/index.js";
import { MemOS } from "../../../memos/index.js";
import { atEnd, found, openMemos, refused, remember, WordEmbedder } from "../../memos/support.js";
import { agent, crewOf, TENANT } from "./support.js";

test("agents have a space of their own, and one that they share", async (t) => {
  const { crew, planner, writer } = await crewOf(t);
  const own = { tenant: TENANT, agent: "planner" };
  await remember(planner, "The walrus sleeps.", own);
  await shareMemory(planner, "The walrus eats.", crew.space);
  assert.deepEqual(await found(writer, "walrus", crew.space), ["The walrus eats."]);
  await assert.rejects(writer.search("walrus", own), refused("FORBIDDEN"));
  // What is not said to be shared is its writer's, who needs a right to private memories for it.
  await assert.rejects(planner.add("The walrus is private.", crew.space), refused("FORBIDDEN"));
});

test("a reader reads, a writer writes and changes, and neither forgets", async (t) => {
  const { memos, crew, planner } = await crewOf(t);
  const [written] = (await shareMemory(planner, "The walrus eats.", crew.space)).written;
  const id = written?.id ?? "";
  await crew.join("reader");
  const reader = memos.as(agent("reader"));
  assert.deepEqual(await found(reader, "walrus", crew.space), ["The walrus eats."]);
  await assert.rejects(shareMemory(reader, "A lie.", crew.space), refused("FORBIDDEN"));
  await assert.rejects(reader.update(id, { text: "A lie." }, crew.space), refused("FORBIDDEN"));
  await assert.rejects(planner.forget(id, crew.space), refused("FORBIDDEN"));
  await planner.update(id, { text: "The walrus eats clams." }, crew.space);
});

test("joining twice is joining once, and another role takes the place of the earlier", async (t) => {
  const { memos, crew, writer } = await crewOf(t);
  const first = await crew.join("writer", { may: "write" });
  assert.deepEqual(await crew.join("writer", { may: "write" }), first);
  const lesser = await crew.join("writer", { may: "read" });
  assert.deepEqual(lesser.actions, ["read"]);
  await assert.rejects(shareMemory(writer, "A lie.", crew.space), refused("FORBIDDEN"));
  const members = await crew.members();
  assert.deepEqual(members.map(({ principal, actions }) => [principal.id, actions.length]).sort(), [
    ["planner", 3],
    ["writer", 1],
  ]);
  const own = await memos.governance.grants({ tenant: TENANT, agent: "writer" });
  assert.equal(own.length, 2, "its own memory, and to share it");
});

test("who leaves reads nothing from then on, also in a process that was open before", async (t) => {
  const { path, crew, planner } = await crewOf(t);
  await shareMemory(planner, "The walrus eats.", crew.space);
  const other = await MemOS.open({ path, embedder: new WordEmbedder() });
  atEnd(t, () => other.close());
  const elsewhere = other.as(agent("writer"));
  assert.deepEqual(await found(elsewhere, "walrus", crew.space), ["The walrus eats."]);
  assert.equal((await crew.leave("writer")).revoked.length, 1);
  await assert.rejects(elsewhere.search("walrus", crew.space), refused("FORBIDDEN"));
  assert.deepEqual(await crew.leave("writer"), { revoked: [] });
  assert.deepEqual(
    (await crew.members()).map(({ principal }) => principal.id),
    ["planner"],
  );
});

test("a membership ends when it was said to", async (t) => {
  const { memos } = await openMemos(t);
  const crew = team(memos, { tenant: TENANT, name: "launch" });
  await assert.rejects(crew.join("guest", { expiresAt: "2020-01-01" }), refused("INVALID_INPUT"));
  const { grants } = await crew.join("guest", { expiresAt: "2999-01-01", reason: "for the launch" });
  assert.equal(grants[0]?.expiresAt, "2999-01-01T00:00:00.000Z");
  assert.equal(grants[0]?.reason, "for the launch");
});

test("members let nobody in, and a team of the same name elsewhere is another", async (t) => {
  const { memos, crew, planner } = await crewOf(t);
  await assert.rejects(
    team(planner, { tenant: TENANT, name: "launch" }).join("friend"),
    refused("FORBIDDEN"),
  );
  await assert.rejects(team(planner, { tenant: TENANT, name: "launch" }).members(), refused("FORBIDDEN"));
  await shareMemory(planner, "The walrus eats.", crew.space);
  const others = team(memos, { tenant: "other", name: "launch" });
  await others.join("writer", { may: "write" });
  const namesake = memos.as(agent("writer", "other"));
  assert.deepEqual(await found(namesake, "walrus", others.space), []);
  await assert.rejects(namesake.search("walrus", crew.space), refused("FORBIDDEN"));
});

test("names that are none are refused", async (t) => {
  const { memos } = await openMemos(t);
  const crew = team(memos, { tenant: TENANT, name: "launch" });
  for (const name of ["", "a\nb", "x".repeat(257)])
    await assert.rejects(crew.join(name), refused("INVALID_INPUT"));
  assert.throws(() => team(memos, { tenant: TENANT, name: "" }), refused("INVALID_INPUT"));
});
