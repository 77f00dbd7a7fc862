import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import {
  conflictsSchema,
  endedHandOverSchema,
  handOverReceiptSchema,
  handOversSchema,
  memberSchema,
} from "../../agents/index.js";
import { problemOf, startServer, UNKNOWN_ID } from "./harness.js";

const membersSchema = z.object({ members: z.array(memberSchema) });

test("agents join, hand over, disagree and are put out, each with a key of its own", async (t) => {
  const api = await startServer(t, { development: false });
  const admin = { authorization: `Bearer ${(await api.memos.keys.create("acme", "admin")).secret}` };
  const send = (headers: Record<string, string>, method: string, path: string, body?: unknown) =>
    api.send(method, path, { headers, ...(body === undefined ? {} : { body }) });
  for (const [agent, may] of [
    ["planner", "write"],
    ["writer", "write"],
    ["reader", "read"],
  ]) {
    const joined = await send(admin, "PUT", `/v1/teams/launch/members/${agent}`, { may });
    assert.equal(joined.status, 200, joined.text);
    memberSchema.parse(joined.body);
  }
  const keyOf = async (id: string) => {
    const { secret } = await api.memos.keys.create("acme", id, { principal: { kind: "agent", id } });
    return { authorization: `Bearer ${secret}` };
  };
  const [planner, writer, reader] = [await keyOf("planner"), await keyOf("writer"), await keyOf("reader")];
  const listed = membersSchema.parse((await send(admin, "GET", "/v1/teams/launch/members")).body);
  assert.equal(listed.members.length, 3);
  problemOf(await send(planner, "GET", "/v1/teams/launch/members"), 403);
  problemOf(await send(planner, "PUT", "/v1/teams/launch/members/friend", {}), 403);

  const own = { agent: "planner" };
  const note = { text: "The walrus.", type: "working", session: "monday" };
  await send(planner, "POST", "/v1/memories", { scope: own, input: note });
  const wanted = { scope: own, to: "writer", session: "monday" };
  const handed = await send(planner, "POST", "/v1/hand-overs", wanted);
  assert.equal(handed.status, 201, handed.text);
  const receipt = handOverReceiptSchema.parse(handed.body);
  assert.equal(receipt.handed.length, 1);
  const { tenant: _, ...space } = receipt.space;
  const seen = await send(writer, "POST", "/v1/search", { scope: space, query: "walrus" });
  assert.match(seen.text, /The walrus/);
  problemOf(await send(reader, "POST", "/v1/search", { scope: space, query: "walrus" }), 403);
  // Nobody acts for an agent, not even who administers its tenant.
  for (const other of [admin, writer]) problemOf(await send(other, "POST", "/v1/hand-overs", wanted), 403);
  problemOf(await send(planner, "POST", "/v1/hand-overs", { ...wanted, scope: {} }), 400);
  const list = handOversSchema.parse((await send(planner, "GET", "/v1/hand-overs?agent=planner")).body);
  assert.deepEqual(
    list.handOvers.map(({ id, state }) => [id, state]),
    [[receipt.id, "open"]],
  );
  const back = await send(writer, "DELETE", `/v1/hand-overs/${receipt.id}?agent=planner`);
  assert.equal(endedHandOverSchema.parse(back.body).forgotten, 1);
  const ended = await send(planner, "DELETE", `/v1/hand-overs/${receipt.id}?agent=planner`);
  assert.equal(endedHandOverSchema.parse(ended.body).revoked.length, 1);
  problemOf(await send(writer, "POST", "/v1/search", { scope: space, query: "walrus" }), 403);

  const scope = { app: "launch" };
  for (const [headers, actor, text] of [
    [planner, "planner", "Ana lives in Lisbon."],
    [writer, "writer", "Ana lives in Porto."],
  ] as const) {
    const input = { text, actor, governance: { visibility: "shared" } };
    assert.equal((await send(headers, "POST", "/v1/memories", { scope, input })).status, 201);
  }
  const found = conflictsSchema.parse((await send(reader, "POST", "/v1/conflicts", { scope })).body);
  const [conflict] = found.conflicts;
  const choice = conflict?.values[0]?.cube;
  const decision = { scope, choice, reason: "said by Ana" };
  problemOf(await send(reader, "POST", `/v1/conflicts/${conflict?.id}/resolve`, decision), 403);
  problemOf(
    await send(writer, "POST", `/v1/conflicts/${conflict?.id}/resolve`, { ...decision, choice: UNKNOWN_ID }),
    400,
  );
  const settled = await send(writer, "POST", `/v1/conflicts/${conflict?.id}/resolve`, decision);
  assert.equal(settled.status, 200, settled.text);
  assert.deepEqual(
    conflictsSchema.parse((await send(reader, "POST", "/v1/conflicts", { scope })).body).conflicts,
    [],
  );

  assert.equal((await send(admin, "DELETE", "/v1/teams/launch/members/reader")).status, 200);
  problemOf(await send(reader, "POST", "/v1/conflicts", { scope }), 403);
});
