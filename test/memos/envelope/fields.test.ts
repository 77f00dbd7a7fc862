import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type MemCube, sha256 } from "../../../memcube/index.js";
import type { MemOS, NewMemory, Scope } from "../../../memos/index.js";
import { allOf, collect, found, foundIds, openMemos, refused, remember } from "../support.js";

/**
 * Every field of the envelope does something: each test fails when its field is not looked at. What guards a field
 * more thoroughly is tested where it belongs.
 */
const { memos } = await openMemos({ after }, { upkeep: false });
let scopes = 0;
const newScope = (): Scope => ({ tenant: `envelope ${++scopes}`, user: "ana" });

async function kept(memory: NewMemory, scope = newScope()): Promise<{ cube: MemCube; scope: Scope }> {
  return { cube: await memos.get(await remember(memos, memory, scope), scope), scope };
}

async function recalled(scope: Scope, query = "walrus"): Promise<string> {
  return (await memos.recall(query, scope)).text;
}

test("id: sorts by time, and stays the same for life", async () => {
  const scope = newScope();
  const ids = [await remember(memos, "first", scope), await remember(memos, "second", scope)];
  assert.deepEqual([...ids].sort(), ids);
  await memos.update(ids[0] as string, { text: "changed" }, scope);
  assert.deepEqual(
    (await allOf(memos, scope)).map(({ id }) => id),
    ids,
  );
});

for (const part of ["user", "agent", "app", "session"] as const)
  test(`scope.${part}: narrows a read to what carries the same value`, async () => {
    const tenant = newScope().tenant;
    const mine = await remember(memos, "The walrus is mine.", { tenant, [part]: "a" });
    await remember(memos, "The walrus is theirs.", { tenant, [part]: "b" });
    assert.deepEqual(await foundIds(memos, "walrus", { tenant, [part]: "a" }), [mine]);
    await assert.rejects(memos.get(mine, { tenant, [part]: "b" }), refused("NOT_FOUND"));
  });

test("scope.tenant: nothing of one is there for another", async () => {
  const { cube } = await kept({ text: "The walrus is mine." });
  const other = newScope();
  assert.deepEqual(await found(memos, "walrus", other), []);
  await assert.rejects(memos.get(cube.id, other), refused("NOT_FOUND"));
});

test("type: a search can ask for some, and core memory heads every context", async () => {
  const { scope } = await kept({ text: "Ana is a diver.", type: "core" });
  await remember(memos, "The walrus is grey.", scope);
  assert.deepEqual(await found(memos, "walrus Ana", scope, { types: ["core"] }), ["Ana is a diver."]);
  assert.match(await recalled(scope), /^[^\n]*\n\[1\][^\n]*diver/);
});

test("payload.format: a context says what is not plain text", async () => {
  const { scope } = await kept({ text: '{"walrus":"grey"}', format: "json" });
  assert.match(await recalled(scope), /\(user, json\)/);
});

for (const [field, memory] of [
  ["title", { title: "About narwhals" }],
  ["keywords", { keywords: ["narwhals"] }],
  ["tags", { tags: ["narwhals"] }],
  ["context", { context: "Seen beside narwhals." }],
  ["actor", { actor: "narwhals" }],
] satisfies [string, Partial<NewMemory>][])
  test(`${field}: its words find the memory`, async () => {
    const { cube, scope } = await kept({ text: "The walrus is grey.", ...memory });
    assert.deepEqual(await foundIds(memos, "narwhals", scope), [cube.id]);
  });

test("authors: what a caller has said of a memory is told from what a rule found", async () => {
  const { cube } = await kept({ text: "Ana Ferreira keeps bees in Lisbon.", title: "Bees" });
  assert.equal(cube.attributes.authors.title, "caller");
  assert.equal(cube.attributes.authors.keywords, "rule");
});

test("metadata: filters by the caller's own fields", async () => {
  const { cube, scope } = await kept({ text: "The walrus is grey.", metadata: { project: "x" } });
  await remember(memos, "The walrus sings.", scope);
  const where = { field: "metadata.project", op: "eq", value: "x" } as const;
  assert.deepEqual(await foundIds(memos, "walrus", scope, { where }), [cube.id]);
});

test("facts: what is stated answers a question for it", async () => {
  const { scope } = await kept({
    text: "The walrus is grey.",
    facts: [{ subject: "Ana", relation: "lives in", object: "Lisbon" }],
  });
  const { current } = await memos.graph.fact("Ana", "lives in", scope);
  assert.deepEqual(
    current.map(({ object }) => object),
    ["Lisbon"],
  );
});

test("links: make neighbours", async () => {
  const { cube, scope } = await kept({ text: "Bees." });
  const linked = await remember(memos, { text: "Honey.", links: [{ to: cube.id, kind: "link" }] }, scope);
  const { neighbours } = await memos.graph.neighbours(cube.id, scope);
  assert.ok(neighbours.some((one) => one.cube.id === linked));
});

test("provenance.origin and actor: a context says who said it", async () => {
  const { scope } = await kept({ text: "The walrus is grey.", origin: "tool", actor: "aquarium-api" });
  assert.match(await recalled(scope), /aquarium-api \(tool\)/);
});

test("provenance.sources: what was made from a memory goes with it when it is purged", async () => {
  const { cube, scope } = await kept({ text: "The walrus is grey." });
  const source = { cube: cube.id, span: [0, 10] as [number, number], sha256: sha256("The walrus is grey.") };
  const made = await remember(memos, { text: "A summary.", origin: "inferred", sources: [source] }, scope);
  assert.deepEqual((await memos.get(made, scope)).provenance.sources, [source]);
  await memos.forgetting.forget({ ids: [cube.id] }, scope, { mode: "purge" });
  await assert.rejects(memos.get(made, scope), refused("NOT_FOUND"));
});

test("provenance.model and promptHash: are kept through an export and an import", async (t) => {
  const { scope } = await kept({ text: "A summary.", origin: "inferred" });
  const [exported] = await collect(memos.export(scope));
  assert.ok(exported);
  const made = { model: "some-model", promptHash: sha256("prompt") };
  const cube = { ...exported.cube, provenance: { ...exported.cube.provenance, ...made } };
  const { memos: other } = await openMemos(t);
  await collect(other.import([{ ...exported, cube }], scope));
  const { model, promptHash } = (await other.get(cube.id, scope)).provenance;
  assert.deepEqual({ model, promptHash }, made);
});

test("time.recordedAt: nothing was known before", async () => {
  const { cube, scope } = await kept({ text: "The walrus is grey." });
  const before = new Date(Date.parse(cube.time.recordedAt) - 1);
  assert.deepEqual(await found(memos, "walrus", scope, { asOf: before }), []);
  assert.deepEqual(await found(memos, "walrus", scope, { asOf: cube.time.recordedAt }), [
    "The walrus is grey.",
  ]);
});

test("time.occurredAt: is the date in a context, and can be asked for", async () => {
  const { cube, scope } = await kept({ text: "The walrus is grey.", occurredAt: "2019-05-04" });
  assert.match(await recalled(scope), /2019-05-04/);
  const where = { field: "occurredAt", op: "lt", value: "2020-01-01" } as const;
  assert.deepEqual(await foundIds(memos, "walrus", scope, { where }), [cube.id]);
});

for (const [field, valid] of [
  ["validFrom", { validFrom: "2150-01-01" }],
  ["validTo", { validTo: "2150-01-01" }],
] as const)
  test(`time.${field}: as of another time it does not hold`, async () => {
    const { scope } = await kept({ text: "The walrus is grey.", ...valid });
    const holds = async (asOf: string) => (await found(memos, "walrus", scope, { asOf })).length === 1;
    assert.deepEqual(
      [await holds("2149-01-01"), await holds("2151-01-01")],
      [field === "validTo", field === "validFrom"],
    );
  });

for (const [field, governance] of [
  ["visibility", { visibility: "private" }],
  ["sensitivity", { visibility: "shared", sensitivity: "secret" }],
] as const)
  test(`governance.${field}: who has a grant for what is shared and internal does not see it`, async () => {
    const scope = newScope();
    const { tenant } = scope;
    const shared = await remember(
      memos,
      { text: "The walrus is grey.", governance: { visibility: "shared" } },
      scope,
    );
    await remember(memos, { text: "The walrus is secret.", governance }, scope);
    const agent = { kind: "agent" as const, id: "helper" };
    await memos.governance.createPrincipal({ tenant, ...agent });
    await memos.governance.grant({ principal: agent, space: scope, actions: ["read"] });
    const view: MemOS = memos.as({ tenant, ...agent });
    assert.deepEqual(await foundIds(view, "walrus", scope), [shared]);
  });

test("governance.expiresAt: what is over is not found, and what has passed already is refused", async () => {
  const scope = newScope();
  const past = { text: "The walrus is grey.", governance: { expiresAt: "2020-01-01" } };
  await assert.rejects(memos.add(past, scope), refused("INVALID_INPUT"));
  const soon = new Date(Date.now() + 1_000);
  await memos.add({ text: "The walrus is grey.", governance: { expiresAt: soon } }, scope);
  assert.equal((await found(memos, "walrus", scope)).length, 1);
  while (Date.now() <= soon.getTime());
  assert.deepEqual(await found(memos, "walrus", scope), []);
});

test("governance.retention: a rule does not end what is to be kept, and nothing ends a legal hold", async () => {
  const scope = newScope();
  const ids: string[] = [];
  for (const retention of ["default", "keep", "legal-hold"] as const)
    ids.push(await remember(memos, { text: `The walrus ${retention}.`, governance: { retention } }, scope));
  while (Date.now() <= Date.parse((await memos.get(ids[2] as string, scope)).time.recordedAt) + 2);
  await memos.lifecycle.setPolicy({ retention: [{ days: 1 / 86_400_000 }] }, scope);
  assert.deepEqual((await foundIds(memos, "walrus", scope)).sort(), ids.slice(1));
  await assert.rejects(memos.forget(ids[2] as string, scope), refused("CONFLICT"));
});

test("governance.readonly: it is neither changed nor forgotten", async () => {
  const { cube, scope } = await kept({ text: "The walrus is grey.", governance: { readonly: true } });
  await assert.rejects(memos.update(cube.id, { text: "No." }, scope), refused("CONFLICT"));
  await assert.rejects(memos.forget(cube.id, scope), refused("CONFLICT"));
});

test("behaviour.priority: of two that fit alike, the more important comes first", async () => {
  const scope = newScope();
  await remember(memos, "The walrus is grey today.", scope);
  const important = await remember(memos, { text: "The walrus is grey again.", priority: 100 }, scope);
  assert.equal((await foundIds(memos, "walrus grey", scope))[0], important);
  await memos.update(important, { priority: -100 }, scope);
  assert.notEqual((await foundIds(memos, "walrus grey", scope))[0], important);
});

test("behaviour.useCount, lastUsedAt and heat: grow with use", async () => {
  const { cube, scope } = await kept({ text: "The walrus is grey." });
  assert.deepEqual(
    [cube.behaviour.useCount, cube.behaviour.lastUsedAt, cube.behaviour.heat],
    [0, undefined, 0],
  );
  await memos.recall("walrus", scope);
  await memos.settled();
  const { behaviour } = await memos.get(cube.id, scope);
  assert.equal(behaviour.useCount, 1);
  assert.ok(behaviour.heat > 0 && behaviour.lastUsedAt !== undefined);
});

test("behaviour.heat: of two that fit alike, the one that is used comes first", async () => {
  const scope = newScope();
  await remember(memos, "The walrus is grey today.", scope);
  const used = await remember(memos, "The walrus is grey again.", scope);
  for (let times = 0; times < 3; times++) await memos.lifecycle.feedback(used, "useful", scope);
  assert.equal((await foundIds(memos, "walrus grey", scope))[0], used);
});

test("behaviour.feedback: what is called wrong falls behind", async () => {
  const scope = newScope();
  const wrong = await remember(memos, "The walrus is grey today.", scope);
  await remember(memos, "The walrus is grey again.", scope);
  assert.equal((await foundIds(memos, "walrus grey", scope))[0], wrong, "the older of two that fit alike");
  const { cube } = await memos.lifecycle.feedback(wrong, "wrong", scope);
  assert.deepEqual(cube.behaviour.feedback, { useful: 0, wrong: 1, outdated: 0 });
  assert.notEqual((await foundIds(memos, "walrus grey", scope))[0], wrong);
});

test("state: what is archived is found when it is asked for", async () => {
  const { cube, scope } = await kept({ text: "The walrus is grey." });
  await memos.lifecycle.archive(cube.id, scope);
  assert.deepEqual(await foundIds(memos, "walrus", scope), []);
  assert.deepEqual(await foundIds(memos, "walrus", scope, { archived: true }), [cube.id]);
});

test("version: a change on top of another version is refused; each says who, what, why and when", async () => {
  const { cube, scope } = await kept({ text: "The walrus is grey." });
  const change = { actor: "ben", cause: "he looked", ifVersion: 1 };
  await memos.update(cube.id, { text: "The walrus is pink." }, scope, change);
  await assert.rejects(memos.update(cube.id, { text: "No." }, scope, { ifVersion: 1 }), refused("CONFLICT"));
  const { versions, intact } = await memos.history(cube.id, scope);
  const [first, second] = versions;
  assert.ok(first && second && intact);
  assert.deepEqual(
    [second.version, second.actor, second.operation, second.cause, second.previousHash],
    [2, "ben", "update", "he looked", first.hash],
  );
  assert.ok(second.recordedAt >= first.recordedAt);
  assert.equal(
    second.content.payload.kind === "plaintext" && second.content.payload.text,
    "The walrus is pink.",
  );
});
