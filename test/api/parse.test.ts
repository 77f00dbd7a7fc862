import assert from "node:assert/strict";
import { test } from "node:test";
import type * as z from "zod";
import { isMemosError } from "../../memcube/index.js";
import { addInputSchema, searchOptionsSchema, updatePatchSchema } from "../../memos/operations.js";
import { parse } from "../../memos/parse.js";

function faultOf(
  schema: z.ZodType,
  value: unknown,
): { code: string; path: string | undefined; message: string } {
  try {
    parse(schema, value);
  } catch (error) {
    assert.ok(isMemosError(error));
    return { code: error.code, path: error.path, message: error.message };
  }
  return assert.fail("the value was accepted");
}

test("valid input comes out with its defaults", () => {
  assert.deepEqual(parse(searchOptionsSchema, {}), { k: 10, explain: false });
});

test("a union names the fault of the branch that was meant", () => {
  const cases: [value: unknown, path: string | undefined, message: RegExp][] = [
    [{ role: "alien", content: "a" }, "role", /must be one of user, assistant, tool, system/],
    [{ role: "user", content: "" }, "content", /empty/],
    [{ text: "a", colour: "red" }, "colour", /not a known field/],
    [[{ text: "a" }, 5], "1", /must be of type string or object/],
    [["a", { text: 5 }], "1.text", /must be of type string/],
    [{ text: "a", metadata: { a: { b: 1 } } }, "metadata.a", /must be of type/],
    [{ text: "a", occurredAt: "yesterday" }, "occurredAt", /date/],
    [5, undefined, /string or object or array/],
    [undefined, undefined, /is required/],
  ];
  for (const [value, path, message] of cases) {
    const fault = faultOf(addInputSchema, value);
    assert.deepEqual([fault.code, fault.path], ["INVALID_INPUT", path]);
    assert.match(fault.message, message);
  }
});

test("what exceeds a size is too large, wherever it is", () => {
  const long = "x".repeat(2 ** 20 + 1);
  for (const [schema, value, path] of [
    [addInputSchema, long, undefined],
    [addInputSchema, [{ role: "nobody" }, { text: long }], "1.text"],
    [addInputSchema, { text: "a", tags: Array(65).fill("b") }, "tags"],
    [updatePatchSchema, { text: long }, "text"],
  ] as const) {
    const fault = faultOf(schema, value);
    assert.deepEqual([fault.code, fault.path], ["TOO_LARGE", path]);
  }
});

test("an error never repeats huge input", () => {
  const key = "k".repeat(100_000);
  const many = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [`${key.slice(0, 99)}${index}`, 1]),
  );
  for (const value of [{ text: "a", metadata: { [key]: 1 } }, { text: "a", [key]: 1 }, many, { role: key }])
    assert.ok(faultOf(addInputSchema, value).message.length < 1_000);
});
