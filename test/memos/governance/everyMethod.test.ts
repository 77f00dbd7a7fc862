import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { MemOS } from "../../../memos/index.js";
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

const CALLS: Record<string, (view: MemOS) => unknown> = {
  "memos.as": (view) => view.as({ tenant: "acme", kind: "user", id: "ana" }),
  "memos.add": (view) => view.add("A lie.", ANA),
  "memos.addMany": (view) => collect(view.addMany(["A lie."], ANA)),
  "memos.import": async (view) => collect(view.import(await collect(memos.export(ANA)), ANA)),
  "memos.search": (view) => view.search("walrus", ANA),
  "memos.recall": (view) => view.recall("walrus", ANA),
  "memos.get": (view) => view.get(id, ANA),
  "memos.update": (view) => view.update(id, { text: "A lie." }, ANA),
  "memos.forget": (view) => view.forget(id, ANA),
  "memos.restore": (view) => view.restore(id, 1, ANA),
  "memos.history": (view) => view.history(id, ANA),
  "memos.list": (view) => view.list(ANA),
  "memos.stats": (view) => view.stats(ANA),
  "memos.export": (view) => collect(view.export(ANA)),
  "memos.rebuild": (view) => view.rebuild(),
  "memos.rebuildGraph": (view) => view.rebuildGraph(),
  "memos.check": (view) => view.check(),
  "graph.neighbours": (view) => view.graph.neighbours(id, ANA),
  "graph.path": (view) => view.graph.path(id, id, ANA),
  "graph.entity": (view) => view.graph.entity("walrus", ANA),
  "graph.fact": (view) => view.graph.fact("Ana", "keeps", ANA),
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

const facets = Object.entries(memos).filter(
  (entry): entry is [string, object] => typeof entry[1] === "object" && entry[1] !== null,
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
