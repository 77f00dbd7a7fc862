import assert from "node:assert/strict";
import { test } from "node:test";
import { type AuditEntry, GOVERNANCE_LIMITS, type NewGrant } from "../../../memos/index.js";
import { inLedger, openMemos, openStore, refused, UNKNOWN_ID } from "../support.js";
import { withGrant } from "./support.js";

const ACME = { tenant: "acme" };
const ADMIN = { tenant: "acme", kind: "user", id: "root" } as const;
const helper = { kind: "agent", id: "helper" } as const;
const grant: NewGrant = { principal: helper, space: ACME, actions: ["read"] };

test("what is no grant is refused and changes nothing", async (t) => {
  const { memos } = await openMemos(t);
  await memos.governance.createPrincipal({ tenant: "acme", ...helper });
  const wrong: [string, unknown][] = [
    ["principal", { ...grant, principal: { kind: "robot", id: "x" } }],
    ["principal", { ...grant, principal: { kind: "service", id: "owner" } }],
    ["space.tenant", { ...grant, space: {} }],
    ["space.team", { ...grant, space: { ...ACME, team: "x" } }],
    ["actions", { ...grant, actions: [] }],
    ["actions.0", { ...grant, actions: ["rule"] }],
    ["types", { ...grant, types: [] }],
    ["sensitivity", { ...grant, sensitivity: "top" }],
    ["visibility", { ...grant, visibility: "none" }],
    ["expiresAt", { ...grant, expiresAt: "tomorrow" }],
    ["expiresAt", { ...grant, expiresAt: "2020-01-01T00:00:00Z" }],
    ["id", { ...grant, id: UNKNOWN_ID }],
  ];
  for (const [path, input] of wrong)
    await assert.rejects(memos.governance.grant(input as NewGrant), (error: { path?: string }) => {
      assert.ok(error.path?.startsWith(path.split(".")[0] as string), `${path}: ${error.path}`);
      return refused("INVALID_INPUT")(error);
    });
  await assert.rejects(
    memos.governance.grant({ ...grant, principal: { kind: "agent", id: "unknown" } }),
    refused("NOT_FOUND"),
  );
  const others = (await memos.governance.grants(ACME)).filter(({ reason }) => reason !== "own memory");
  assert.deepEqual(others, []);
});

test("a name is taken once, and the system's own names are taken", async (t) => {
  const { memos } = await openMemos(t);
  await memos.governance.createPrincipal({ tenant: "acme", ...helper });
  await assert.rejects(memos.governance.createPrincipal({ tenant: "acme", ...helper }), refused("CONFLICT"));
  await memos.governance.createPrincipal({ tenant: "globex", ...helper });
  for (const id of ["owner", "admin"])
    await assert.rejects(
      memos.governance.createPrincipal({ tenant: "acme", kind: "service", id }),
      refused("INVALID_INPUT"),
    );
  await assert.rejects(
    memos.keys.create("acme", "mine", { principal: { kind: "service", id: "owner" } }),
    refused("INVALID_INPUT"),
  );
});

test("nobody gives a grant to themselves, or more than they have, or for longer", async (t) => {
  const { memos } = await openMemos(t);
  await memos.governance.createPrincipal({ tenant: "acme", ...helper });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const { view } = await withGrant(memos, ADMIN, {
    space: { tenant: "acme", app: "team" },
    actions: ["read", "share"],
    types: ["episodic", "core"],
    expiresAt,
  });
  const space = { tenant: "acme", app: "team" };
  const within = {
    principal: helper,
    space,
    actions: ["read" as const],
    types: ["core" as const],
    expiresAt,
  };
  await assert.rejects(
    view.governance.grant({ ...within, principal: { kind: "user", id: "root" } }),
    refused("INVALID_INPUT"),
  );
  for (const more of [
    { actions: ["read" as const, "write" as const] },
    { space: ACME },
    { types: ["semantic" as const] },
    { types: undefined },
    { sensitivity: "secret" as const },
    { visibility: "all" as const },
    { expiresAt: undefined },
    { expiresAt: new Date(Date.now() + 7_200_000).toISOString() },
    { space: { tenant: "globex" } },
  ])
    await assert.rejects(view.governance.grant({ ...within, ...more } as NewGrant), refused("FORBIDDEN"));
  await view.governance.grant(within);
  const { view: reader } = await withGrant(
    memos,
    { tenant: "acme", kind: "user", id: "reader" },
    {
      space,
      actions: ["read", "write", "change", "forget", "reveal", "administer"],
    },
  );
  await assert.rejects(reader.governance.grant(within), refused("FORBIDDEN"));
});

test("a key gives nobody more than its maker has", async (t) => {
  const { memos } = await openMemos(t);
  await memos.keys.create("acme", "the tenant's own");
  const { view } = await withGrant(memos, ADMIN, { space: ACME, actions: ["administer"] });
  await assert.rejects(view.keys.create("acme", "all powerful"), refused("FORBIDDEN"));
  await assert.rejects(
    view.keys.create("acme", "ana's", { principal: { kind: "user", id: "ana" } }),
    refused("FORBIDDEN"),
  );
  await assert.rejects(
    view.governance.createPrincipal({ tenant: "acme", kind: "user", id: "ana" }),
    refused("FORBIDDEN"),
  );
  await view.keys.create("acme", "ci", { principal: { kind: "service", id: "ci" } });
  await assert.rejects(view.keys.create("globex", "theirs"), refused("FORBIDDEN"));
  assert.equal((await view.keys.list()).length, 2);
});

test("an administrator who locked themselves out is let in again by who opens the store", async (t) => {
  const { memos } = await openMemos(t);
  const { view, grant: own } = await withGrant(memos, ADMIN, {
    space: ACME,
    actions: ["read", "write", "change", "forget", "share", "administer"],
    sensitivity: "secret",
    visibility: "all",
  });
  await view.governance.revoke(own.id, "acme");
  await assert.rejects(view.governance.principals("acme"), refused("FORBIDDEN"));
  await memos.governance.grant({
    principal: { kind: "user", id: "root" },
    space: ACME,
    actions: ["administer"],
  });
  assert.equal((await view.governance.principals("acme")).length, 1);
});

test("only the one who gave a grant and an administrator end it", async (t) => {
  const { memos } = await openMemos(t);
  const space = { tenant: "acme", app: "team" };
  const share = { space, actions: ["read" as const, "share" as const] };
  const { view: one } = await withGrant(memos, { tenant: "acme", kind: "agent", id: "one" }, share);
  const { view: two } = await withGrant(memos, { tenant: "acme", kind: "agent", id: "two" }, share);
  await memos.governance.createPrincipal({ tenant: "acme", ...helper });
  const { id } = await one.governance.grant({ principal: helper, space, actions: ["read"] });
  await assert.rejects(two.governance.revoke(id, "acme"), refused("FORBIDDEN"));
  await assert.rejects(one.governance.revoke(UNKNOWN_ID, "acme"), refused("FORBIDDEN"));
  await assert.rejects(memos.governance.revoke(UNKNOWN_ID, "acme"), refused("NOT_FOUND"));
  assert.deepEqual(await one.governance.revoke(id, "acme"), { revoked: [id] });
});

test("a change that was decided on grants which have changed since is a conflict", async (t) => {
  const { memos, path } = await openMemos(t);
  await withGrant(memos, ADMIN, { space: ACME, actions: ["administer"] });
  const { ledger } = await openStore(t, path);
  const { changed } = await ledger.standing(ADMIN, undefined);
  const { entries } = await memos.audit.list("acme");
  const decided = { audit: entries[0] as AuditEntry, decidedOn: changed?.version };
  await ledger.setQuota("acme", { cubes: 1 }, decided);
  await assert.rejects(ledger.setQuota("acme", { cubes: 2 }, decided), refused("CONFLICT"));
  assert.deepEqual((await memos.governance.quota("acme")).quota, { cubes: 1 });
  assert.equal((await memos.audit.verify("acme")).intact, true);
});

test("a principal has a limited number of grants, a page of the audit a limited number of entries", async (t) => {
  const { memos, path } = await openMemos(t);
  await memos.governance.createPrincipal({ tenant: "acme", ...helper });
  inLedger(path, (db) =>
    db
      .prepare(`INSERT INTO grants (id, tenant, kind, principal, granted)
    WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ${GOVERNANCE_LIMITS.grantsPerPrincipal - 1})
    SELECT 'copy ' || i, tenant, kind, principal, granted FROM n, grants WHERE number = 1`)
      .run(),
  );
  const { id } = await memos.governance.grant(grant);
  await assert.rejects(memos.governance.grant(grant), refused("QUOTA_EXCEEDED"));
  await memos.governance.revoke(id, "acme");
  await memos.governance.grant(grant);
  const limit = GOVERNANCE_LIMITS.auditPage;
  assert.equal((await memos.audit.list("acme", { limit })).entries.length, 4);
  await assert.rejects(memos.audit.list("acme", { limit: limit + 1 }), refused("INVALID_INPUT"));
});
