import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { MemOS, Trace } from "../../../memos/index.js";
import { collect, openMemos, refused, remember } from "../support.js";

/**
 * Every public method of the memory and of its parts, found by reflection: each must refuse a principal
 * without grants. A new method that is not in the table, or that forgets to ask, fails here.
 */
const ANA = { tenant: "acme", user: "ana" };
const { memos } = await openMemos({ after });
const id = await remember(memos, "Ana keeps a walrus.", ANA);
const nobody = memos.as({ tenant: "acme", kind: "agent", id: "nobody" });

/** They touch no memory: state of the process, and the way to act for others, which is the owner's alone. */
const WITHOUT_DECISION = ["close", "settled", "readiness"];

const TRACE: Trace = {
  id: "0".repeat(64),
  scope: ANA,
  at: "2026-03-01T00:00:00.000Z",
  by: "rules",
  read: [],
  made: [],
  refused: [],
  llmCalls: 0,
  llmTokens: 0,
  milliseconds: 0,
};

const CALLS: Record<string, (view: MemOS) => unknown> = {
  "memos.as": (view) => view.as({ tenant: "acme", kind: "user", id: "ana" }),
  "memos.add": (view) => view.add("A lie.", ANA),
  "memos.addMany": (view) => collect(view.addMany(["A lie."], ANA)),
  "memos.import": async (view) => collect(view.import(await collect(memos.export(ANA)), ANA)),
  "memos.search": (view) => view.search("walrus", ANA),
  "memos.recall": (view) => view.recall("walrus", ANA),
  "memos.nearest": (view) => view.nearest("walrus", ANA),
  "memos.order": (view) => view.order("walrus", "seal", ANA),
  "memos.chat": (view) => collect(view.chat("walrus", ANA)),
  "memos.get": (view) => view.get(id, ANA),
  "memos.update": (view) => view.update(id, { text: "A lie." }, ANA),
  "memos.forget": (view) => view.forget(id, ANA),
  "memos.getMany": (view) => view.getMany([id], ANA),
  "memos.updateMany": (view) => view.updateMany([{ id, patch: { text: "A lie." } }], ANA),
  "memos.forgetMany": (view) => view.forgetMany([{ id }], ANA),
  "memos.restore": (view) => view.restore(id, 1, ANA),
  "memos.history": (view) => view.history(id, ANA),
  "memos.list": (view) => view.list(ANA),
  "memos.census": (view) => view.census(ANA),
  "memos.stats": (view) => view.stats(ANA),
  "memos.export": (view) => collect(view.export(ANA)),
  "memos.rebuild": (view) => view.rebuild(),
  "memos.rebuildGraph": (view) => view.rebuildGraph(),
  "memos.collectOrphans": (view) => view.collectOrphans(),
  "memos.check": (view) => view.check(),
  "memos.backup": (view) => view.backup("backups-of-nobody"),
  "memos.vitals": (view) => view.vitals(),
  "memos.undo": (view) => view.undo(id, ANA),
  "lifecycle.freeze": (view) => view.lifecycle.freeze(id, ANA),
  "lifecycle.thaw": (view) => view.lifecycle.thaw(id, ANA),
  "lifecycle.archive": (view) => view.lifecycle.archive(id, ANA),
  "lifecycle.activate": (view) => view.lifecycle.activate(id, ANA),
  "lifecycle.approve": (view) => view.lifecycle.approve(id, ANA),
  "lifecycle.recover": (view) => view.lifecycle.recover(id, ANA),
  "lifecycle.forget": (view) => view.lifecycle.forget(id, ANA),
  "lifecycle.govern": (view) => view.lifecycle.govern(id, { visibility: "shared" }, ANA),
  "lifecycle.merge": (view) => view.lifecycle.merge([id, id], ANA),
  "lifecycle.unmerge": (view) => view.lifecycle.unmerge(id, ANA),
  "lifecycle.cited": (view) => view.lifecycle.cited([id], ANA),
  "lifecycle.feedback": (view) => view.lifecycle.feedback(id, "wrong", ANA),
  "lifecycle.policy": (view) => view.lifecycle.policy(ANA),
  "lifecycle.setPolicy": (view) => view.lifecycle.setPolicy({ archiveCold: true }, ANA),
  "lifecycle.sweep": (view) => view.lifecycle.sweep(),
  "time.snapshot": (view) => view.time.snapshot("mine", ANA),
  "time.snapshots": (view) => view.time.snapshots(ANA),
  "time.dropSnapshot": (view) => view.time.dropSnapshot("mine", ANA),
  "time.instant": (view) => view.time.instant({ snapshot: "mine" }, ANA),
  "time.diff": (view) => view.time.diff("2020-01-01", "2021-01-01", ANA),
  "time.rollback": (view) => view.time.rollback(id, "2020-01-01", ANA),
  "time.rollbackScope": (view) => view.time.rollbackScope("2020-01-01", ANA),
  "forgetting.preview": (view) => view.forgetting.preview({ all: true }, ANA),
  "forgetting.forget": (view) => view.forgetting.forget({ all: true }, ANA, { mode: "purge" }),
  "forgetting.catchUp": (view) => view.forgetting.catchUp(),
  "forgetting.verify": (view) => view.forgetting.verify({} as never, ANA),
  "jobs.handle": (view) => view.jobs.handle("test.mine", {} as never, async () => undefined),
  "jobs.enqueue": (view) => view.jobs.enqueue("test.mine", {}, ANA),
  "jobs.enqueueAll": (view) => view.jobs.enqueueAll([{ kind: "test.mine", input: {} }], ANA),
  "jobs.get": (view) => view.jobs.get(id, ANA),
  "jobs.list": (view) => view.jobs.list(ANA),
  "jobs.cancel": (view) => view.jobs.cancel(id, ANA),
  "jobs.replay": (view) => view.jobs.replay(id, ANA),
  "jobs.schedule": (view) =>
    view.jobs.schedule({ name: "mine", kind: "test.mine", input: {}, everyMs: 1_000 }, ANA),
  "jobs.schedules": (view) => view.jobs.schedules(ANA),
  "jobs.unschedule": (view) => view.jobs.unschedule("mine", ANA),
  "jobs.barrier": (view) => view.jobs.barrier(ANA),
  "jobs.lastEvent": (view) => view.jobs.lastEvent(ANA),
  "jobs.events": (view) => collect(view.jobs.events(ANA, { after: 0, follow: false })),
  "jobs.notify": (view) => view.jobs.notify(),
  "jobs.wake": (view) => view.jobs.wake(),
  "jobs.tidy": (view) => view.jobs.tidy(),
  "jobs.drain": (view) => view.jobs.drain(),
  "vault.reveal": (view) => view.vault.reveal(id, ANA, { reason: "none" }),
  "vault.status": (view) => view.vault.status(),
  "vault.rotate": (view) => view.vault.rotate("guess"),
  "webhooks.add": (view) => view.webhooks.add({ url: "https://example.com", kinds: ["memory.*"] }, ANA),
  "webhooks.list": (view) => view.webhooks.list(ANA),
  "webhooks.remove": (view) => view.webhooks.remove(id, ANA),
  "consolidation.plan": (view) => view.consolidation.plan(ANA),
  "consolidation.run": (view) => view.consolidation.run(ANA),
  "consolidation.runs": (view) => view.consolidation.runs(ANA),
  "consolidation.undo": (view) => view.consolidation.undo(id, ANA),
  "traces.record": (view) => view.traces.record(TRACE, ANA),
  "traces.list": (view) => view.traces.list(ANA),
  "traces.get": (view) => view.traces.get(TRACE.id, ANA),
  "activations.list": (view) => view.activations.list(ANA),
  "activations.compile": (view) => view.activations.compile(ANA),
  "activations.plan": (view) => view.activations.plan(ANA),
  "activations.drop": (view) => view.activations.drop(ANA),
  "activations.tidy": (view) => view.activations.tidy(),
  "models.list": (view) => view.models.list(ANA),
  "models.contextTokens": (view) => view.models.contextTokens(ANA),
  "models.embed": (view) => view.models.embed(["walrus"], ANA),
  "adapters.list": (view) => view.adapters.list(ANA),
  "adapters.get": (view) => view.adapters.get(id, ANA),
  "adapters.plan": (view) => view.adapters.plan(ANA),
  "adapters.train": (view) => view.adapters.train(ANA),
  "adapters.retrain": (view) => view.adapters.retrain(id, ANA),
  "adapters.attach": (view) => view.adapters.attach(id, ANA),
  "adapters.detach": (view) => view.adapters.detach(id, ANA),
  "adapters.revoke": (view) => view.adapters.revoke(id, ANA),
  "adapters.tidy": (view) => view.adapters.tidy(),
  "graph.neighbours": (view) => view.graph.neighbours(id, ANA),
  "graph.path": (view) => view.graph.path(id, id, ANA),
  "graph.entity": (view) => view.graph.entity("walrus", ANA),
  "graph.fact": (view) => view.graph.fact("Ana", "keeps", ANA),
  "graph.current": (view) => view.graph.current({ subject: "Ana", relations: ["keeps"] }, ANA),
  "graph.answer": (view) => view.graph.answer("What does Ana keep?", ANA),
  "graph.rivals": (view) => view.graph.rivals(ANA),
  "graph.sample": (view) => view.graph.sample(ANA),
  "graph.export": (view) => view.graph.export(ANA),
  "keys.create": (view) => view.keys.create("acme", "mine"),
  "keys.verify": (view) => view.keys.verify("memos_guess"),
  "keys.list": (view) => view.keys.list(),
  "keys.revoke": (view) => view.keys.revoke(id),
  "governance.createPrincipal": (view) =>
    view.governance.createPrincipal({ tenant: "acme", kind: "agent", id: "mine" }),
  "governance.principals": (view) => view.governance.principals("acme"),
  "governance.grant": (view) =>
    view.governance.grant({ principal: { kind: "agent", id: "mine" }, space: ANA, actions: ["read"] }),
  "governance.grants": (view) => view.governance.grants(ANA),
  "governance.revoke": (view) => view.governance.revoke(id, "acme"),
  "governance.quota": (view) => view.governance.quota("acme"),
  "governance.setQuota": (view) => view.governance.setQuota("acme", { cubes: 1 }),
  "governance.setAuditReads": (view) => view.governance.setAuditReads("acme", true),
  "audit.tenants": (view) => view.audit.tenants(),
  "audit.list": (view) => view.audit.list("acme"),
  "audit.verify": (view) => view.audit.verify("acme"),
};

function methodsOf(name: string, object: object): string[] {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(object))
    .filter((method) => method !== "constructor" && !WITHOUT_DECISION.includes(method))
    .map((method) => `${name}.${method}`);
}

/** It looks at texts that it is given, and at nothing that is stored. */
const WITHOUT_MEMORY = ["firewall"];

const facets = Object.entries(memos).filter(
  (entry): entry is [string, object] =>
    typeof entry[1] === "object" && entry[1] !== null && !WITHOUT_MEMORY.includes(entry[0]),
);

test("every public method is in the table", () => {
  const methods = [
    ...methodsOf("memos", memos),
    ...facets.flatMap(([name, facet]) => methodsOf(name, facet)),
  ];
  assert.deepEqual(methods.sort(), Object.keys(CALLS).sort());
});

for (const [name, call] of Object.entries(CALLS))
  test(`${name} refuses a principal without grants, and the audit has it`, async () => {
    const { head } = await memos.audit.verify("acme");
    await assert.rejects(async () => call(nobody), refused("FORBIDDEN"));
    if (name === "memos.as") return;
    const { entries } = await memos.audit.list("acme", { after: head?.sequence ?? 0 });
    assert.deepEqual(
      entries.map(({ decision, principal }) => [decision, principal.id]),
      [["denied", "nobody"]],
    );
  });

test("after all of it nothing has changed", async () => {
  assert.equal((await memos.get(id, ANA)).version, 1);
  assert.equal((await memos.stats({ tenant: "acme" })).cubes, 1);
  assert.deepEqual(await memos.keys.list(), []);
  assert.deepEqual(await memos.governance.principals("acme"), []);
  assert.deepEqual(await memos.governance.grants({ tenant: "acme" }), []);
  assert.deepEqual((await memos.governance.quota("acme")).quota, {});
});

test("a closed view closes nothing", async () => {
  await nobody.close();
  await nobody[Symbol.asyncDispose]();
  assert.equal((await memos.get(id, ANA)).version, 1);
});
