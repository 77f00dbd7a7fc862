import assert from "node:assert/strict";
import { test } from "node:test";
import { type Session, Sessions } from "../../../../api/dialects/mcp/sessions.js";

const LIMITS = { sessions: 4, tenantSessions: 3, sessionIdleMs: 100 };

function session(tenant: string, holder = tenant, listening = false): Session & { closed: boolean } {
  const one = {
    tenant,
    holder,
    listening,
    closed: false,
    close: async () => {
      one.closed = true;
    },
  };
  return one;
}

test("of too many sessions of a tenant the one used longest ago ends, and no other tenant's", () => {
  const sessions = new Sessions(LIMITS, () => 0);
  const [a, b, c, d] = [session("acme"), session("acme"), session("acme"), session("acme")];
  const other = session("globex");
  sessions.add("other", other);
  for (const [id, one] of Object.entries({ a, b, c })) sessions.add(id, one);
  assert.equal(sessions.use("a", "acme"), a);
  sessions.add("d", d);
  assert.deepEqual(
    [a.closed, b.closed, c.closed, d.closed, other.closed],
    [false, true, false, false, false],
  );
  assert.equal(sessions.use("b", "acme"), undefined);
  assert.equal(sessions.size, LIMITS.sessions);
});

test("of too many in all one that nobody listens to ends first", () => {
  const sessions = new Sessions(LIMITS, () => 0);
  const listening = session("a", "a", true);
  const silent = session("b");
  sessions.add("1", listening);
  sessions.add("2", silent);
  for (const id of ["3", "4", "5"]) sessions.add(id, session(id));
  assert.deepEqual([listening.closed, silent.closed], [false, true]);
});

test("a session that is not used ends, unless its client listens", () => {
  let now = 0;
  const sessions = new Sessions(LIMITS, () => now);
  const silent = session("acme");
  const listening = session("acme", "acme", true);
  sessions.add("silent", silent);
  sessions.add("listening", listening);
  now = LIMITS.sessionIdleMs + 1;
  assert.equal(sessions.use("silent", "acme"), undefined);
  assert.equal(sessions.use("listening", "acme"), listening);
  assert.ok(silent.closed);
});

test("a session is unknown to whoever does not hold it", () => {
  const sessions = new Sessions(LIMITS, () => 0);
  sessions.add("a", session("acme", "key one"));
  assert.equal(sessions.use("a", "key two"), undefined);
  assert.equal(sessions.use("toString", "key one"), undefined);
});

test("all of them end with the server", async () => {
  const sessions = new Sessions(LIMITS, () => 0);
  const all = [session("a"), session("b")];
  for (const [index, one] of all.entries()) sessions.add(String(index), one);
  await sessions.closeAll();
  assert.ok(all.every(({ closed }) => closed));
  assert.equal(sessions.size, 0);
});
