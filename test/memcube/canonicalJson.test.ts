import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { canonicalJson, contentHash, isMemosError } from "../../memcube/index.js";

function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversedKeys(item)]),
  );
}

test("equal values give equal bytes, whatever the order of their keys", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(canonicalJson(reversedKeys(value)), canonicalJson(value));
    }),
    { numRuns: 2_000 },
  );
});

test("canonical JSON is JSON: it parses to the value that it was made from", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
      assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 2_000 },
  );
});

test("keys are sorted by their UTF-16 units, numbers among them", () => {
  assert.equal(
    canonicalJson({ b: 1, "10": 2, "9": 3, é: 4, "😀": 5, "\uffff": 6 }),
    '{"10":2,"9":3,"b":1,"é":4,"😀":5,"\uffff":6}',
  );
});

test("a field that is undefined is as if it were not there", () => {
  assert.equal(contentHash({ a: 1, b: undefined }), contentHash({ a: 1 }));
});

test("an undefined or missing item of a list is null, and the list stays JSON", () => {
  const holes = [1, undefined, 3];
  delete holes[0];
  assert.equal(canonicalJson(holes), "[null,null,3]");
});

test("minus zero is zero", () => {
  assert.equal(canonicalJson({ a: -0 }), canonicalJson({ a: 0 }));
});

test("a lone surrogate is told from the replacement character and from other lone surrogates", () => {
  const hashes = ["\ud800", "\udc00", "\ufffd"].map((text) => contentHash({ text }));
  assert.equal(new Set(hashes).size, 3);
});

test("a value without a form in JSON is refused instead of hashed like another", () => {
  class Point {
    x = 1;
  }
  const values = [
    NaN,
    Infinity,
    -Infinity,
    1n,
    () => 1,
    Symbol("s"),
    new Date(0),
    new Map([[1, 2]]),
    new Point(),
  ];
  for (const value of [...values, undefined])
    assert.throws(
      () => canonicalJson(value),
      (error) => isMemosError(error, "INVALID_INPUT"),
      String(value),
    );
  for (const value of values)
    assert.throws(
      () => canonicalJson({ list: [value] }),
      (error) => isMemosError(error, "INVALID_INPUT"),
    );
});

test("an object of another realm is an object", () => {
  assert.equal(canonicalJson(runInNewContext("({ b: [1], a: 2 })")), '{"a":2,"b":[1]}');
});
