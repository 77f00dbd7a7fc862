import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Filter } from "../../../memos/index.js";
import { found, inBothTiers, openMemos, openStore, refused } from "../support.js";

const { memos, path } = await openMemos({ after });
const store = await openStore({ after }, path);

test("a filter that is none is refused", async () => {
  const scope = { tenant: "shape" };
  const leaf = { field: "type", op: "eq", value: "core" };
  const filters: unknown[] = [
    null,
    7,
    "type = 'core'",
    [],
    {},
    { and: [] },
    { or: leaf },
    { not: [leaf, leaf] },
    { ...leaf, op: "like" },
    { ...leaf, value: null },
    { ...leaf, value: { text: "x" } },
    { ...leaf, value: Number.NaN },
    { ...leaf, colour: "red" },
    { ...leaf, op: "in", value: [] },
    { field: "recordedAt", op: "gt", value: "yesterday" },
    { field: "recordedAt", op: "gt", value: 7 },
    { field: "recordedAt", op: "contains", value: "2026" },
  ];
  for (const where of filters) {
    await assert.rejects(memos.search("q", scope, { where: where as Filter }), refused("INVALID_INPUT"));
    await assert.rejects(memos.list(scope, { where: where as Filter }), refused("INVALID_INPUT"));
  }
});

test("a filter that is too deep or has too many comparisons is refused", async () => {
  const scope = { tenant: "size" };
  const leaf: Filter = { field: "type", op: "eq", value: "core" };
  let deep: Filter = leaf;
  for (let depth = 0; depth < 100_000; depth++) deep = { not: deep };
  let nine: Filter = leaf;
  for (let depth = 0; depth < 9; depth++) nine = { not: nine };
  const wide: Filter = {
    and: Array.from({ length: 9 }, () => ({ or: Array.from({ length: 8 }, () => leaf) })),
  };
  for (const where of [deep, nine, wide]) {
    await assert.rejects(memos.search("q", scope, { where }), refused("INVALID_INPUT"));
    await assert.rejects(memos.list(scope, { where }), refused("INVALID_INPUT"));
  }
});

test("a field is a known name or a metadata key, never a piece of SQL", async () => {
  const scope = { tenant: "fields" };
  const fields = [
    "tenant",
    "id",
    "key",
    "state",
    "content",
    "metadata",
    "metadata.",
    'metadata.a"b',
    "1 = 1 --",
    "type) OR (1 = 1",
    "constructor",
    "__proto__",
  ];
  for (const field of fields)
    await assert.rejects(
      memos.list(scope, { where: { field, op: "eq", value: 1 } }),
      refused("INVALID_INPUT"),
    );
});

test("values and keys are data: SQL in them matches nothing and breaks nothing", async () => {
  const scope = { tenant: "values" };
  const hostile = [
    "' OR '1'='1",
    "x'; DROP TABLE cubes; --",
    '") OR 1=1 --',
    "$.attributes",
    "%",
    "_",
    "\\",
    "\u0000",
    "\ud83d",
    "?1",
  ];
  await memos.add({ text: "The walrus is grey.", tags: ["animal"], metadata: { kind: "mammal" } }, scope);
  await inBothTiers(store, async () => {
    for (const value of hostile)
      for (const op of ["eq", "contains", "gt"] as const)
        for (const field of ["type", "actor", "tags", "title", "metadata.kind", "metadata.' OR 1=1 --"]) {
          const where: Filter = {
            and: [
              { field, op, value },
              { field: "type", op: "eq", value: "core" },
            ],
          };
          assert.deepEqual(await found(memos, "walrus", scope, { where }), [], `${field} ${op} ${value}`);
          assert.deepEqual((await memos.list(scope, { where })).cubes, []);
        }
    const strange: Filter = { field: "metadata.kind'); DELETE FROM cubes; --", op: "eq", value: "x" };
    assert.deepEqual(await found(memos, "walrus", scope, { where: strange }), []);
    assert.deepEqual(await found(memos, "walrus", scope), ["The walrus is grey."]);
  });
});

test("a value of another type than the field's is equal to nothing", async () => {
  const scope = { tenant: "types" };
  await memos.add(
    { text: "The walrus is grey.", actor: "7", tags: ["true"], metadata: { n: "7", b: "true" } },
    scope,
  );
  for (const field of ["type", "actor", "user", "title", "tags", "metadata.n", "metadata.b"])
    for (const value of [true, false, 7, 0, -0, 1.5, Number.MAX_VALUE]) {
      for (const op of ["eq", "contains"] as const)
        assert.deepEqual(
          (await memos.list(scope, { where: { field, op, value } })).cubes,
          [],
          `${field} ${op} ${value}`,
        );
      assert.deepEqual((await memos.list(scope, { where: { field, op: "in", value: [value] } })).cubes, []);
      assert.equal((await memos.list(scope, { where: { field, op: "ne", value } })).cubes.length, 1);
      if (typeof value === "number")
        assert.deepEqual((await memos.list(scope, { where: { field, op: "gt", value } })).cubes, []);
    }
});

test("a scope that is a piece of SQL sees its own rows only, before and after a flush", async () => {
  const tenant = "scopes";
  const users = [
    "ana",
    "x' OR '1'='1",
    "ana' --",
    "' OR user IS NOT NULL OR user='",
    "''",
    "\\'",
    "ana%",
    "a;b",
  ];
  for (const user of users)
    await memos.add(`The walrus of ${user}`, { tenant, user, agent: user, app: user, session: user });
  await inBothTiers(store, async () => {
    for (const user of users)
      for (const scope of [
        { user },
        { agent: user },
        { app: user },
        { session: user },
        { user, session: user },
      ])
        assert.deepEqual(await found(memos, "walrus", { tenant, ...scope }), [`The walrus of ${user}`]);
    assert.equal((await found(memos, "walrus", { tenant })).length, users.length);
    assert.deepEqual(await found(memos, "walrus", { tenant, user: "x' OR 'a'='a" }), []);
  });
});
