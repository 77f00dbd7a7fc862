import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { nextEntry } from "../../../memos/governance/auditEntry.js";
import type { AuditVerdict } from "../../../memos/index.js";
import { found, type InLedger, inLedger, openMemos, refused, remember } from "../support.js";
import { withGrant } from "./support.js";

const ANA = { tenant: "acme", user: "ana" };
const HELPER = { tenant: "acme", kind: "agent", id: "helper" } as const;

test("every write, every denial and every change of governance is in the audit, and no content", async (t) => {
  const { memos } = await openMemos(t);
  const id = await remember(memos, "The walrus Quuxzz.", ANA);
  const { view, grant } = await withGrant(memos, HELPER, {
    space: ANA,
    actions: ["change"],
    visibility: "all",
    reason: "keeps the notes",
  });
  await view.update(id, { text: "The seal Quuxzz." }, ANA, { cause: "It was no walrus Quuxzz." });
  await assert.rejects(view.forget(id, ANA), refused("FORBIDDEN"));
  await assert.rejects(view.search("Quuxzz", ANA), refused("FORBIDDEN"));
  await memos.forget(id, ANA);
  const key = await memos.keys.create("acme", "laptop");
  await memos.keys.revoke(key.id);
  await memos.governance.revoke(grant.id, "acme");
  const { entries } = await memos.audit.list("acme");
  assert.deepEqual(
    entries.map(({ operation, decision, principal }) => [operation, decision, principal.id]),
    [
      ["add", "allowed", "owner"],
      ["createPrincipal", "allowed", "owner"],
      ["grant", "allowed", "owner"],
      ["update", "allowed", "helper"],
      ["forget", "denied", "helper"],
      ["search", "denied", "helper"],
      ["forget", "allowed", "owner"],
      ["createKey", "allowed", "owner"],
      ["revokeKey", "allowed", "owner"],
      ["revoke", "allowed", "owner"],
    ],
  );
  const update = entries[3];
  assert.deepEqual(
    [update?.targets, update?.reason, update?.scope, update?.action],
    [[id], `grant ${grant.id}`, ANA, "change"],
  );
  assert.ok(!JSON.stringify(entries).includes("Quuxzz"));
  const denied = await memos.audit.list("acme", {
    principal: { kind: "agent", id: "helper" },
    operation: "search",
  });
  assert.equal(denied.entries.length, 1);
  assert.equal((await memos.audit.list("acme", { after: 4, limit: 2 })).entries[0]?.sequence, 5);
});

test("a write that fails leaves nothing in the audit, a read of the owner neither", async (t) => {
  const { memos } = await openMemos(t);
  await remember(memos, "The walrus.", ANA);
  const { head } = await memos.audit.verify("acme");
  await assert.rejects(
    memos.update("0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b", { text: "x" }, ANA),
    refused("NOT_FOUND"),
  );
  const source = { cube: "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b", sha256: "0".repeat(64) };
  await assert.rejects(memos.add({ text: "x", sources: [source] }, ANA), refused("INVALID_INPUT"));
  await found(memos, "walrus", ANA);
  assert.deepEqual((await memos.audit.verify("acme")).head, head);
});

test("reads of others are in the audit where the tenant wants it", async (t) => {
  const { memos } = await openMemos(t);
  const { view } = await withGrant(memos, HELPER, { space: ANA, actions: ["read"] });
  await view.search("walrus", ANA);
  await memos.governance.setAuditReads("acme", true);
  await view.search("walrus", ANA);
  await memos.search("walrus", ANA);
  const { entries } = await memos.audit.list("acme", { operation: "search" });
  assert.deepEqual(
    entries.map(({ principal, decision }) => [principal.id, decision]),
    [["helper", "allowed"]],
  );
});

/** A chain of a few entries, with the store closed and its file open. */
async function chain(t: TestContext): Promise<{ path: string; head: { sequence: number; hash: string } }> {
  const { memos, path } = await openMemos(t);
  for (let at = 0; at < 5; at++) await remember(memos, `Walrus ${at}.`, ANA);
  const { head, intact, entries } = await memos.audit.verify("acme");
  assert.deepEqual([intact, entries], [true, 5]);
  await memos.close();
  assert.ok(head !== null);
  return { path, head };
}

async function verdictAfter(
  t: TestContext,
  path: string,
  sql: string,
  expectHead?: { sequence: number; hash: string },
): Promise<AuditVerdict> {
  if (sql !== "") inLedger(path, (db) => db.prepare(sql).run());
  const { memos } = await openMemos(t, { path });
  return memos.audit.verify("acme", expectHead === undefined ? {} : { expectHead });
}

const FORGERIES: Record<string, string> = {
  at: "at = at + 1",
  kind: "kind = 'user'",
  principal: "principal = 'mallory'",
  action: "action = 'read'",
  operation: "operation = 'search'",
  decision: "decision = 'denied'",
  reason: "reason = 'because'",
  scope: `scope = '{"tenant":"acme"}'`,
  targets: "targets = '[]'",
  details: "details = NULL",
  previous_hash: "previous_hash = hash",
  hash: "hash = previous_hash",
};

const at = (sequence: number) => `WHERE tenant = @tenant AND sequence = ${sequence}`;

/** By what was done: the statements, and the entry that must be named. */
const TAMPERED: Record<string, { readonly sql: readonly string[]; readonly broken: number }> = {
  ...Object.fromEntries(
    Object.entries(FORGERIES).map(([column, change]) => [
      `${column} was changed`,
      { sql: [`UPDATE audit SET ${change} ${at(3)}`], broken: 3 },
    ]),
  ),
  "one was removed": { sql: [`DELETE FROM audit ${at(3)}`], broken: 4 },
  "the first was removed": { sql: [`DELETE FROM audit ${at(1)}`], broken: 2 },
  "two were swapped": {
    sql: [
      `UPDATE audit SET sequence = -3 ${at(3)}`,
      `UPDATE audit SET sequence = 3 ${at(4)}`,
      `UPDATE audit SET sequence = 4 ${at(-3)}`,
    ],
    broken: 3,
  },
  "one was put in": {
    sql: [
      `UPDATE audit SET sequence = 6 ${at(5)}`,
      `UPDATE audit SET sequence = 5 ${at(4)}`,
      `UPDATE audit SET sequence = 4 ${at(3)}`,
      `INSERT INTO audit SELECT tenant, 3, at, kind, principal, action, operation, decision, reason, scope, targets,
        details, previous_hash, hash FROM audit ${at(2)}`,
    ],
    broken: 3,
  },
};

test("whatever was changed, removed, swapped or put in is named, and no other chain suffers", async (t) => {
  const { memos, path } = await openMemos(t);
  for (const tenant of ["untouched", ...Object.keys(TAMPERED)])
    for (let turn = 0; turn < 5; turn++) await remember(memos, `Walrus ${turn}.`, { tenant });
  await memos.close();
  inLedger(path, (db) => {
    for (const [tenant, { sql }] of Object.entries(TAMPERED))
      for (const statement of sql) assert.equal(db.prepare(statement).run({ tenant }).changes, 1, statement);
  });
  const { memos: again } = await openMemos(t, { path });
  for (const [tenant, { broken }] of Object.entries(TAMPERED)) {
    const verdict = await again.audit.verify(tenant);
    assert.deepEqual([verdict.intact, verdict.broken?.sequence], [false, broken], tenant);
  }
  assert.equal((await again.audit.verify("untouched")).intact, true);
});

test("what was cut off at the end shows against a head that was noted", async (t) => {
  const { path, head } = await chain(t);
  const cut = "DELETE FROM audit WHERE tenant = 'acme' AND sequence > 3";
  assert.equal((await verdictAfter(t, path, cut)).intact, true);
  const verdict = await verdictAfter(t, path, "", head);
  assert.deepEqual([verdict.intact, verdict.broken?.sequence, verdict.entries], [false, 4, 3]);
  const { memos } = await openMemos(t, { path });
  await remember(memos, "One.", ANA);
  await remember(memos, "Two.", ANA);
  const grown = await memos.audit.verify("acme", { expectHead: head });
  assert.deepEqual(grown.broken, { sequence: 5, fault: "it is not the entry that was noted" });
  const noted = await memos.audit.verify("acme", grown.head === null ? {} : { expectHead: grown.head });
  assert.equal(noted.intact, true);
});

/** A chain of a tenant named `big`. */
function writeEntries(db: InLedger, count: number): void {
  const insert = db.prepare(
    `INSERT INTO audit VALUES ('big', ?, ?, 'service', 'owner', 'write', 'add', 'allowed', 'owner',
      '{"tenant":"big"}', '[]', NULL, ?, ?)`,
  );
  const bytes = (hash: string | null) => (hash === null ? null : Buffer.from(hash, "hex"));
  let previous: ReturnType<typeof nextEntry> | null = null;
  for (let at = 0; at < count; at++) {
    const entry: ReturnType<typeof nextEntry> = nextEntry(
      previous,
      {
        tenant: "big",
        principal: { kind: "service", id: "owner" },
        action: "write",
        operation: "add",
        decision: "allowed",
        reason: "owner",
        scope: { tenant: "big" },
        targets: [],
        details: null,
      },
      1_700_000_000_000 + at,
    );
    insert.run(entry.sequence, Date.parse(entry.at), bytes(entry.previousHash), bytes(entry.hash));
    previous = entry;
  }
}

test("twenty thousand entries are checked while the event loop goes on", async (t) => {
  const { memos, path } = await openMemos(t);
  for (let at = 0; at < 20; at++)
    await memos.add(
      Array.from({ length: 10 }, (_, index) => `Walrus ${at} ${index}.`),
      ANA,
    );
  await memos.close();
  inLedger(path, (db) => db.transaction(() => writeEntries(db, 20_000)));
  const { memos: again } = await openMemos(t, { path });
  let turns = 0;
  let checking = true;
  const turning = (async () => {
    while (checking) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
  })();
  const verdict = await again.audit.verify("big");
  checking = false;
  await turning;
  assert.deepEqual([verdict.intact, verdict.entries], [true, 20_000]);
  assert.ok(turns > 40, `${turns} turns of the event loop`);
});
