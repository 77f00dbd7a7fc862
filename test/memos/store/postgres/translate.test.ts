import assert from "node:assert/strict";
import { test } from "node:test";
import { translate } from "../../../../memos/store/sql/postgres/translate.js";

test("a name is one parameter, however often it stands there, and each mark is one of its own", () => {
  assert.deepEqual(translate("SELECT @a, @b, @a"), {
    text: "SELECT $1, $2, $1",
    parameters: ["a", "b"],
    rowId: undefined,
  });
  assert.deepEqual(translate("x = ? AND y = ?").parameters, [0, 1]);
  assert.equal(translate("x = ? AND y = ?").text, "x = $1 AND y = $2");
});

test("what stands in quotes is left alone", () => {
  const sql = `SELECT 'user @a ? IS x', "user", "a?b" -- user ?`;
  assert.deepEqual(translate(sql), { text: sql, parameters: [], rowId: undefined });
});

test("IS compares with NULL as with a value", () => {
  assert.equal(translate("a IS ?").text, "a IS NOT DISTINCT FROM $1");
  assert.equal(translate("a IS NOT ?").text, "a IS DISTINCT FROM $1");
  assert.equal(translate("a IS NULL OR a IS NOT NULL").text, "a IS NULL OR a IS NOT NULL");
  assert.equal(translate("a IS NOT DISTINCT FROM b").text, "a IS NOT DISTINCT FROM b");
});

test("a parameter that is compared with NULL has a type", () => {
  assert.equal(
    translate("@user IS NULL OR @past IS NULL").text,
    "CAST($1 AS text) IS NULL OR CAST($2 AS bigint) IS NULL",
  );
});

test("words of one dialect become those of the other", () => {
  assert.equal(
    translate("SELECT user FROM c CROSS JOIN d ON d.user = c.x").text,
    `SELECT "user" FROM c  JOIN d ON d."user" = c.x`,
  );
  assert.equal(translate("SELECT a AS cubeId, b AS plain").text, `SELECT a AS "cubeId", b AS plain`);
  assert.equal(
    translate("CAST(a AS INTEGER) + CAST(b AS REAL)").text,
    "CAST(a AS bigint) + CAST(b AS double precision)",
  );
  assert.equal(
    translate(`insert into "leases" ("name") values (?) on conflict ("leases"."name") do nothing`).text,
    `insert into "leases" ("name") values ($1) on conflict ("name") do nothing`,
  );
});

test("a table that is numbered by the database tells the number", () => {
  const { text, rowId } = translate(`insert into "cubes" ("id") values (?)`);
  assert.equal(rowId, "key");
  assert.match(text, /RETURNING "key"$/);
  assert.equal(translate("INSERT INTO leases VALUES (?)").rowId, undefined);
});
