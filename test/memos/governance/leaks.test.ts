import assert from "node:assert/strict";
import { after, test } from "node:test";
import { contentOf, nextVersion } from "../../../memcube/index.js";
import type { MemCube, NewMemory, PortableCube } from "../../../memos/index.js";
import {
  collect,
  found,
  inBothTiers,
  openMemos,
  openStore,
  refused,
  remember,
  UNKNOWN_ID,
} from "../support.js";
import { withGrant } from "./support.js";

/** What a reader of a space might learn of the cubes in it that are not theirs to see, way by way. */
const { memos, path } = await openMemos({ after });
const store = await openStore({ after }, path);
let tenants = 0;

async function space(actions: ("read" | "write" | "change" | "forget")[] = ["read"]) {
  const scope = { tenant: `t${tenants++}`, app: "team" };
  const principal = { tenant: scope.tenant, kind: "agent", id: "reader" } as const;
  const { view } = await withGrant(memos, principal, { space: scope, actions });
  return { scope, view };
}

const shared = (text: string, more: Partial<NewMemory> = {}): NewMemory => ({
  text,
  ...more,
  governance: { visibility: "shared", ...more.governance },
});

test("a word of a private turn does not find the shared one beside it", async () => {
  const { scope, view } = await space();
  const talk = { ...scope, session: "s" };
  await remember(memos, shared("We met in Lisbon."), talk);
  await remember(memos, "The password is xyzzyplugh.", talk);
  await remember(memos, shared("Then we had lunch."), talk);
  await inBothTiers(store, async () => {
    assert.deepEqual(await found(view, "xyzzyplugh", scope), []);
    assert.equal((await found(view, "lunch Lisbon", scope)).length, 2);
    const { hits } = await view.search("xyzzyplugh password", scope, { explain: true });
    for (const { explanation } of hits) assert.deepEqual(explanation?.terms, []);
    assert.equal((await found(memos, "xyzzyplugh", scope))[0], "The password is xyzzyplugh.");
  });
});

test("a reader is not told that a hidden memory says the same", async () => {
  const { scope, view } = await space(["read", "write", "change"]);
  const hidden = await remember(memos, "The walrus sleeps.", scope);
  const { written } = await view.add(shared("The walrus sleeps."), scope);
  assert.equal(written[0]?.duplicateOf, undefined);
  const id = written[0]?.id ?? "";
  assert.equal((await memos.get(id, scope)).duplicateOf, hidden);
  assert.equal((await view.get(id, scope)).duplicateOf, undefined);
  const { hits } = await view.search("walrus", scope);
  assert.deepEqual(
    hits.map(({ cube, duplicates }) => [cube.id, cube.duplicateOf, duplicates]),
    [[id, undefined, []]],
  );
  const receipt = await view.update(id, { text: "the walrus SLEEPS" }, scope);
  assert.equal(receipt.written[0]?.duplicateOf, undefined);
  for await (const { written: many, duplicates } of view.addMany([shared("The walrus sleeps!")], scope)) {
    for (const one of many) assert.notEqual(one.duplicateOf, hidden);
    assert.equal(duplicates, 0);
  }
});

test("what took the place of a value is not named when it is hidden", async () => {
  const { scope, view } = await space();
  const old = await remember(memos, shared("Ana lives in Porto."), scope);
  await remember(memos, "Ana moved to Farozz.", scope);
  const { hits } = await memos.search("Where does Ana live?", scope);
  assert.ok(hits.some(({ superseded }) => superseded !== undefined));
  const answers = [
    await view.search("Where does Ana live?", scope),
    await view.recall("Where does Ana live?", scope),
    await view.graph.fact("Ana", "lives in", scope),
    await view.graph.entity("Ana", scope),
    await view.graph.neighbours(old, scope),
    (await view.graph.export(scope)).graph.export(),
  ];
  for (const answer of answers) assert.ok(!JSON.stringify(answer).includes("Farozz"), JSON.stringify(answer));
});

test("a link, a path and a neighbour end where the permit ends", async () => {
  const { scope, view } = await space();
  const one = await remember(memos, shared("A note on Kestrel Harbour."), scope);
  const hidden = await remember(
    memos,
    { text: "Kestrel Harbour hides Bezelzz.", links: [{ to: one, kind: "link", why: "Bezelzz" }] },
    scope,
  );
  const other = await remember(
    memos,
    shared("Far away.", { links: [{ to: hidden, kind: "supports", why: "see there" }] }),
    scope,
  );
  assert.ok(JSON.stringify(await memos.graph.neighbours(one, scope)).includes("Bezelzz"));
  assert.ok(!JSON.stringify(await view.graph.neighbours(one, scope)).includes("Bezelzz"));
  assert.notEqual((await memos.graph.path(one, other, scope)).cost, null);
  assert.equal((await view.graph.path(one, other, scope)).cost, null);
  await assert.rejects(view.graph.path(one, hidden, scope), refused("NOT_FOUND"));
});

test("an earlier version that was hidden stays hidden, in the history, as of then and in the export", async () => {
  const scope = { tenant: `t${tenants++}`, app: "team" };
  const id = await remember(memos, "The code is Quuxzz.", scope);
  await memos.update(id, { text: "Nothing to see." }, scope);
  const [before] = await collect(memos.export(scope));
  assert.ok(before !== undefined);
  // Nothing makes a memory shared later but an import: its last version is, the ones before are not.
  const { memos: elsewhere } = await openMemos({ after });
  await collect(elsewhere.import([sharedSince(before)], scope));
  const principal = { tenant: scope.tenant, kind: "agent", id: "reader" } as const;
  const { view } = await withGrant(elsewhere, principal, { space: scope, actions: ["read", "change"] });

  const { versions, intact } = await view.history(id, scope);
  assert.deepEqual([versions.map(({ version }) => version), intact], [[3], true]);
  const asOf = before.versions[0]?.recordedAt ?? "";
  await assert.rejects(view.get(id, scope, { asOf }), refused("NOT_FOUND"));
  assert.deepEqual((await view.search("code Quuxzz", scope, { asOf })).hits, []);
  assert.deepEqual((await view.list(scope, { asOf })).cubes, []);
  assert.deepEqual(await collect(view.export(scope)), []);
  await assert.rejects(view.restore(id, 1, scope), refused("NOT_FOUND"));
  assert.equal((await view.get(id, scope)).version, 3);
});

function sharedSince({ cube, versions }: PortableCube): PortableCube {
  const now: MemCube = {
    ...cube,
    version: versions.length + 1,
    governance: { ...cube.governance, visibility: "shared" },
  };
  const last = nextVersion(cube.id, versions.at(-1) ?? null, {
    content: contentOf(now),
    actor: "ana",
    operation: "update",
    cause: "",
    recordedAt: new Date().toISOString(),
  });
  return { cube: now, versions: [...versions, last] };
}

test("a pointer to a memory that may not be read is one to nothing", async () => {
  const { scope, view } = await space(["read", "write", "change"]);
  const hidden = await remember(memos, "Hidden.", scope);
  const own = await remember(view, shared("Mine."), scope);
  const messages = new Set<string>();
  for (const to of [hidden, UNKNOWN_ID]) {
    const link = { to, kind: "link" as const, why: "" };
    const source = { cube: to, sha256: "0".repeat(64) };
    for (const attempt of [
      () => view.add(shared("A guess.", { links: [link] }), scope),
      () => view.add(shared("A guess.", { sources: [source] }), scope),
      () => view.update(own, { links: [link] }, scope),
    ])
      await assert.rejects(attempt(), (error: Error) => {
        messages.add(error.message.replace(to, "ID"));
        return refused("INVALID_INPUT")(error);
      });
  }
  assert.equal(messages.size, 1, [...messages].join("\n"));
});

test("principals do not meet in their idempotency keys", async () => {
  const { scope, view } = await space(["write"]);
  const key = { idempotencyKey: "k1" };
  const first = await memos.add(shared("Once."), scope, key);
  const second = await view.add(shared("Once."), scope, key);
  assert.equal(second.replayed, false);
  assert.notEqual(second.written[0]?.id, first.written[0]?.id);
  await view.add(shared("Another."), scope, { idempotencyKey: "k2" });
  assert.equal((await memos.add("Mine.", scope, { idempotencyKey: "k2" })).replayed, false);
});

test("a memory for a session outside the space, or of a kind that is not covered, is not written", async () => {
  const tenant = `t${tenants++}`;
  const scope = { tenant, user: "ana", session: "s1" };
  const principal = { tenant, kind: "agent", id: "scribe" } as const;
  const { view } = await withGrant(memos, principal, {
    space: scope,
    actions: ["write", "change"],
    types: ["episodic"],
  });
  for (const memory of [
    shared("Elsewhere.", { session: "s2" }),
    shared("Core.", { type: "core" }),
    shared("Secret.", { governance: { sensitivity: "secret" } }),
    "Private.",
  ])
    await assert.rejects(view.add(memory, scope), refused("FORBIDDEN"));
  await assert.rejects(
    collect(view.addMany([shared("Core.", { type: "core" })], scope)),
    refused("FORBIDDEN"),
  );
  const id = await remember(view, shared("Episodic."), scope);
  await assert.rejects(view.update(id, { type: "core" }, scope), refused("FORBIDDEN"));
  const [portable] = await collect(memos.export(scope));
  assert.ok(portable !== undefined);
  const elsewhere = { ...portable, cube: { ...portable.cube, scope: { tenant, user: "ben" } } };
  await assert.rejects(collect(view.import([elsewhere], scope)), refused("FORBIDDEN"));
  assert.equal((await memos.stats({ tenant })).cubes, 1);
});

test("hidden memories take no place in an answer", async () => {
  const { scope, view } = await space();
  await memos.add(
    Array.from({ length: 150 }, (_, at) => `The walrus sleeps, the walrus sleeps ${at}.`),
    scope,
  );
  const [one, other] = [
    await remember(memos, shared("A walrus on some ice far away sleeps."), scope),
    await remember(memos, shared("A walrus on some ice far away wakes."), scope),
  ];
  await inBothTiers(store, async () => {
    assert.equal((await view.search("the walrus sleeps", scope, { k: 2 })).hits.length, 2);
    assert.equal((await view.recall("the walrus sleeps", scope, { k: 2 })).items.length, 2);
    const { neighbours } = await view.graph.neighbours(one ?? "", scope, { limit: 1 });
    assert.deepEqual(
      neighbours.map(({ cube }) => cube.id),
      [other],
    );
  });
});
