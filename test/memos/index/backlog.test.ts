import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  Backlog,
  FLUSH_ENTRIES_MOST,
  flushThreshold,
  WAITING_ENTRIES,
} from "../../../memos/store/index/backlog.js";

const commits = fc.array(fc.tuple(fc.stringMatching(/^[a-e]$/), fc.integer({ min: 1, max: 600 })), {
  maxLength: 200,
});

test("a backlog counts what waits, and names a tenant that has enough for a flush", () => {
  fc.assert(
    fc.property(commits, (added) => {
      const backlog = new Backlog();
      const waiting = new Map<string, number>();
      const rows = new Map<string, number>();
      for (const [tenant, entries] of added) {
        waiting.set(tenant, (waiting.get(tenant) ?? 0) + entries);
        const due = backlog.added(tenant, entries);
        const total = [...waiting.values()].reduce((sum, one) => sum + one, 0);
        assert.equal(backlog.total, total);
        assert.equal(backlog.of(tenant), waiting.get(tenant));
        assert.deepEqual(
          backlog.idle().sort(),
          [...waiting].flatMap(([name, count]) => (count >= 256 ? [name] : [])).sort(),
        );
        if ((waiting.get(tenant) ?? 0) >= flushThreshold(rows.get(tenant) ?? 0)) assert.equal(due, tenant);
        else if (total > WAITING_ENTRIES)
          assert.equal(waiting.get(due ?? ""), Math.max(...waiting.values()), "the largest makes room");
        else assert.equal(due, undefined);
        if (due === undefined) continue;
        rows.set(due, (rows.get(due) ?? 0) + (waiting.get(due) ?? 0));
        waiting.delete(due);
        backlog.flushed(due, rows.get(due) ?? 0);
        assert.equal(backlog.of(due), 0);
      }
    }),
  );
});

test("many tenants with little each make the largest of them flush", () => {
  const backlog = new Backlog();
  const due = Array.from({ length: 120 }, (_, tenant) =>
    backlog.added(`t${tenant}`, tenant === 7 ? 800 : 560),
  );
  assert.equal(
    due.findIndex((one) => one !== undefined),
    116,
  );
  assert.equal(due[116], "t7");
});

test("a large table is flushed less often, within bounds", () => {
  assert.equal(flushThreshold(0), 1_024);
  assert.equal(flushThreshold(32_000), 8_000);
  assert.equal(flushThreshold(1e9), FLUSH_ENTRIES_MOST);
});
