import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMITS, type Scope } from "../../memcube/index.js";
import { eq, type MemOS } from "../../memos/index.js";
import { openMemos, refused, remember, textIn } from "./support.js";

const { memos } = await openMemos({ after });

async function texts(view: MemOS, scope: Scope, skip: number): Promise<string[]> {
  const { cubes } = await view.list(scope, { limit: 2, skip });
  return cubes.map(textIn);
}

test("a census tells whose the memories of a scope are, and nothing of what is forgotten or elsewhere", async () => {
  const ana = { tenant: "acme", user: "ana" };
  await remember(memos, "One of Ana.", ana);
  await remember(memos, "Two of Ana.", { ...ana, session: "s1" });
  const gone = await remember(memos, "Three of Ana.", ana);
  await memos.forget(gone, ana);
  await remember(memos, "Of nobody.", { tenant: "acme" });
  await remember(memos, "Of another tenant.", { tenant: "globex", user: "ana" });
  const { cubes, owners } = await memos.census({ tenant: "acme" });
  assert.equal(cubes, 3);
  assert.deepEqual(
    owners.map((owner) => [owner.scope, owner.cubes]),
    [
      [{ tenant: "acme" }, 1],
      [ana, 1],
      [{ ...ana, session: "s1" }, 1],
    ],
  );
  assert.ok(owners.every(({ first, last }) => first <= last));
  assert.equal((await memos.census(ana)).cubes, 2);
  assert.equal((await memos.census({ tenant: "acme" }, { where: eq("session", "s1") })).cubes, 1);
});

test("a census counts for a principal only what its grants cover", async () => {
  const scope = { tenant: "labels", app: "team" };
  await memos.add({ text: "For all.", governance: { visibility: "shared" } }, scope);
  await memos.add("Private.", scope);
  await memos.governance.createPrincipal({ tenant: "labels", kind: "agent", id: "helper" });
  await memos.governance.grant({
    principal: { kind: "agent", id: "helper" },
    space: scope,
    actions: ["read"],
  });
  const helper = memos.as({ tenant: "labels", kind: "agent", id: "helper" });
  assert.equal((await memos.census(scope)).cubes, 2);
  assert.equal((await helper.census(scope)).cubes, 1);
});

test("a list can pass over memories, also beside a cursor, and past its end", async () => {
  const scope = { tenant: "pages" };
  for (const name of ["a", "b", "c", "d", "e"]) await remember(memos, name, scope);
  assert.deepEqual(await texts(memos, scope, 0), ["e", "d"]);
  assert.deepEqual(await texts(memos, scope, 3), ["b", "a"]);
  assert.deepEqual(await texts(memos, scope, LIMITS.skipped), []);
  const { cursor } = await memos.list(scope, { limit: 1 });
  assert.ok(cursor);
  assert.deepEqual((await memos.list(scope, { cursor, skip: 2, limit: 1 })).cubes.map(textIn), ["b"]);
  await assert.rejects(memos.list(scope, { skip: LIMITS.skipped + 1 }), refused("INVALID_INPUT"));
  await assert.rejects(memos.list(scope, { skip: -1 }), refused("INVALID_INPUT"));
});
