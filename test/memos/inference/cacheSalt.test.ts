import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CacheSalts } from "../../../memos/inference/cacheSalt.js";
import { OpenAIEngine } from "../../../memos/inference/openaiEngine.js";
import { refused } from "../support.js";

const KEY = "0123456789abcdef0123456789abcdef";

test("under one key a salt is always the same and another for each name; under another key it is another", () => {
  const [one, same, other] = [new CacheSalts(KEY), new CacheSalts(KEY), new CacheSalts(`${KEY}0`)];
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      assert.equal(one.of(a), same.of(a));
      assert.equal(one.of(a) === one.of(b), a === b);
      assert.notEqual(one.of(a), other.of(a));
    }),
  );
});

test("without a key each has its own", () => {
  assert.notEqual(new CacheSalts().of("acme"), new CacheSalts().of("acme"));
});

test("a salt holds nothing of the name, and what LMCache takes as a part of a file's name", () => {
  const salts = new CacheSalts(KEY);
  fc.assert(
    fc.property(fc.string({ minLength: 4, unit: "grapheme" }), (tenant) => {
      assert.match(salts.of(tenant), /^[A-Za-z0-9_-]{43}$/);
      assert.ok(!salts.of(tenant).includes(tenant) || tenant.length > 43);
    }),
  );
});

test("a key that could be guessed is refused", () => {
  assert.throws(
    () => new OpenAIEngine({ server: "vllm", model: "m", saltKey: "short" }),
    refused("INVALID_INPUT"),
  );
});
