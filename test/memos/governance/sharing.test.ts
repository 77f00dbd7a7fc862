import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { found, inLedger, openMemos, refused, remember } from "../support.js";
import { withGrant } from "./support.js";

const TEAM = { tenant: "acme", app: "team" };
const WRITER = { tenant: "acme", kind: "agent", id: "writer" } as const;
const READER = { tenant: "acme", kind: "agent", id: "reader" } as const;
const shared = { governance: { visibility: "shared" as const } };

test("agents share a space: one writes, the other reads what is shared and nothing else", async (t) => {
  const { memos } = await openMemos(t);
  const writer = await withGrant(memos, WRITER, {
    space: TEAM,
    actions: ["read", "write", "share"],
    visibility: "all",
    sensitivity: "secret",
  });
  await memos.governance.createPrincipal(READER);
  const delegated = await writer.view.governance.grant({
    principal: { kind: "agent", id: "reader" },
    space: TEAM,
    actions: ["read"],
    reason: "drafts the answers",
  });
  assert.deepEqual(delegated.grantedBy, { kind: "agent", id: "writer" });
  const reader = memos.as(READER);

  const seen = await remember(writer.view, { text: "The walrus is shared.", ...shared }, TEAM);
  const mine = await remember(writer.view, "The walrus is private.", TEAM);
  const secret = await remember(
    writer.view,
    { text: "The walrus is secret.", governance: { visibility: "shared", sensitivity: "secret" } },
    TEAM,
  );
  assert.deepEqual(await found(reader, "walrus", TEAM), ["The walrus is shared."]);
  assert.equal((await reader.get(seen, TEAM)).id, seen);
  for (const hidden of [mine, secret]) await assert.rejects(reader.get(hidden, TEAM), refused("NOT_FOUND"));
  for (const attempt of [
    () => reader.add({ text: "A walrus of my own.", ...shared }, TEAM),
    () => reader.update(seen, { text: "No walrus." }, TEAM),
    () => reader.forget(seen, TEAM),
    () => reader.search("walrus", { tenant: "acme" }),
    () => reader.search("walrus", { ...TEAM, tenant: "globex" }),
  ])
    await assert.rejects(attempt(), refused("FORBIDDEN"));
  assert.deepEqual((await found(writer.view, "walrus", TEAM)).length, 3);
});

test("what is revoked counts at once, also where the store is open a second time", async (t) => {
  const { memos, path } = await openMemos(t);
  const { memos: other } = await openMemos(t, { path });
  await remember(memos, { text: "The walrus is shared.", ...shared }, TEAM);
  const { grant } = await withGrant(memos, READER, { space: TEAM, actions: ["read"] });
  const there = other.as(READER);
  assert.equal((await found(there, "walrus", TEAM)).length, 1);
  await memos.governance.revoke(grant.id, "acme");
  await assert.rejects(there.search("walrus", TEAM), refused("FORBIDDEN"));
  await assert.rejects(memos.governance.revoke(grant.id, "acme"), refused("NOT_FOUND"));
  await withGrant(memos, READER, { space: TEAM, actions: ["read"] });
  assert.equal((await found(there, "walrus", TEAM)).length, 1);
});

test("an export under way stops when its right is revoked", async (t) => {
  const { memos } = await openMemos(t);
  await memos.add(
    Array.from({ length: 300 }, (_, at) => ({ text: `Walrus ${at}.`, ...shared })),
    TEAM,
  );
  const { view, grant } = await withGrant(memos, READER, { space: TEAM, actions: ["read"] });
  const lines = view.export(TEAM);
  assert.equal((await lines.next()).done, false);
  await memos.governance.revoke(grant.id, "acme");
  await assert.rejects(async () => {
    for await (const _ of lines);
  }, refused("FORBIDDEN"));
});

test("a grant ends when it expires", async (t) => {
  const { memos } = await openMemos(t);
  const expiresAt = new Date(Date.now() + 1_500).toISOString();
  const { view } = await withGrant(memos, READER, { space: TEAM, actions: ["read"], expiresAt });
  assert.deepEqual(await found(view, "walrus", TEAM), []);
  while (Date.now() <= Date.parse(expiresAt)) await nextTurn();
  await assert.rejects(view.search("walrus", TEAM), refused("FORBIDDEN"));
});

test("an expired grant stays expired when the clock is set back", async (t) => {
  const { memos, path } = await openMemos(t);
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const { view } = await withGrant(memos, READER, { space: TEAM, actions: ["read"], expiresAt });
  assert.deepEqual(await found(view, "walrus", TEAM), []);
  // What was recorded two minutes from now, by a clock that was right, is the latest that anybody knows of.
  inLedger(path, (db) =>
    db.prepare("UPDATE audit SET at = at + 120000 WHERE sequence = (SELECT max(sequence) FROM audit)").run(),
  );
  await assert.rejects(view.search("walrus", TEAM), refused("FORBIDDEN"));
  const { entries } = await memos.audit.list("acme");
  const times = entries.map(({ at }) => at);
  assert.deepEqual(times, [...times].sort(), "and time never goes back in the audit");
});

test("who loses a right takes it from those they gave it to, unless they have it from elsewhere", async (t) => {
  const { memos } = await openMemos(t);
  const share = { space: TEAM, actions: ["read", "share"] as ("read" | "share")[] };
  const { view, grant } = await withGrant(memos, WRITER, share);
  await memos.governance.createPrincipal(READER);
  const passed = await view.governance.grant({ ...share, principal: { kind: "agent", id: "reader" } });
  await memos.governance.createPrincipal({ tenant: "acme", kind: "agent", id: "third" });
  const onwards = await memos.as(READER).governance.grant({
    space: TEAM,
    actions: ["read"],
    principal: { kind: "agent", id: "third" },
  });
  const second = await memos.governance.grant({ ...share, principal: { kind: "agent", id: "writer" } });
  assert.deepEqual(await memos.governance.revoke(grant.id, "acme"), { revoked: [grant.id] });
  const { revoked } = await memos.governance.revoke(second.id, "acme");
  assert.deepEqual(revoked.sort(), [second.id, passed.id, onwards.id].sort());
  const third = memos.as({ tenant: "acme", kind: "agent", id: "third" });
  await assert.rejects(third.search("walrus", TEAM), refused("FORBIDDEN"));
});

test("a principal keeps its own memory to itself, by a grant that can be seen and revoked", async (t) => {
  const { memos } = await openMemos(t);
  const ana = { tenant: "acme", user: "ana" };
  const principal = { tenant: "acme", kind: "user", id: "ana" } as const;
  const { grant } = await memos.governance.createPrincipal(principal);
  assert.deepEqual(grant?.space, ana);
  const view = memos.as(principal);
  const id = await remember(view, "The walrus is mine.", ana);
  assert.equal((await view.get(id, ana)).scope.user, "ana");
  assert.equal((await memos.history(id, ana)).versions[0]?.actor, "ana");
  await assert.rejects(view.get(id, { tenant: "acme" }), refused("FORBIDDEN"));
  await assert.rejects(view.get(id, { tenant: "acme", user: "ben" }), refused("FORBIDDEN"));
  await memos.governance.revoke(grant?.id ?? "", "acme");
  await assert.rejects(view.get(id, ana), refused("FORBIDDEN"));
});
