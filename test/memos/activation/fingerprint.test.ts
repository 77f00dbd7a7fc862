import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sha256Schema } from "../../../memcube/index.js";
import {
  engineFingerprintSchema,
  fingerprintDifference,
  fingerprintHash,
  PREFIX_BLOCK,
  prefixChain,
} from "../../../memos/activation/fingerprint.js";
import type { EngineFingerprint } from "../../../memos/inference/engine.js";
import { FINGERPRINT } from "./sampleContainer.js";

const OTHER = "e".repeat(64);

/** One other value of each field, and what the reason names. */
const CHANGES: { readonly [K in keyof EngineFingerprint]: readonly [EngineFingerprint[K], RegExp] } = {
  model: [OTHER, /another model\.$/],
  engine: [
    "llama.cpp/v0.6.0",
    /release of the engine: "llama.cpp\/v0.6.0" instead of "llama.cpp\/v0.5.0 node/,
  ],
  stateVersion: [4, /version of the format: 4 instead of 3/],
  keyType: [8, /keys are of another type: 8 instead of 1/],
  valueType: [2, /values are of another type: 2 instead of 1/],
  keyRows: [[64, 128], /rows of the keys/],
  valueRows: [[64], /rows of the values/],
  transposed: [true, /transposed: true instead of false/],
  rotated: [true, /rotated: true instead of false/],
  rope: [OTHER, /RoPE/],
  template: [OTHER, /chat template/],
  adapters: [[], /adapters/],
};

for (const [field, [value, reason]] of Object.entries(CHANGES))
  test(`a state with another ${field} is a miss that says so`, () => {
    const other = engineFingerprintSchema.parse({ ...FINGERPRINT, [field]: value });
    assert.notEqual(fingerprintHash(other), fingerprintHash(FINGERPRINT));
    assert.match(fingerprintDifference(FINGERPRINT, other) ?? "", reason);
    assert.match(fingerprintDifference(other, FINGERPRINT) ?? "", /\.$/);
  });

test("order and scale of adapters make a difference", () => {
  const [a, b] = ["1", "2"].map((digit) => ({ sha256: digit.repeat(64), scale: 1 }));
  assert.ok(a && b);
  const hashes = [[a, b], [b, a], [a], [{ ...a, scale: 0.5 }], []].map((adapters) =>
    fingerprintHash({ ...FINGERPRINT, adapters }),
  );
  assert.equal(new Set(hashes).size, hashes.length);
});

test("the most telling of several differences is told", () => {
  const other = { ...FINGERPRINT, model: OTHER, rope: OTHER, keyRows: [1] };
  assert.match(fingerprintDifference(FINGERPRINT, other) ?? "", /another model/);
});

test("equal fingerprints hash alike whatever the order of their keys, and do not differ", () => {
  const turned = Object.fromEntries(Object.entries(FINGERPRINT).reverse()) as unknown as EngineFingerprint;
  assert.equal(fingerprintHash(turned), fingerprintHash(FINGERPRINT));
  assert.equal(fingerprintDifference(FINGERPRINT, turned), null);
});

test("a fingerprint out of a file must be well-formed", () => {
  for (const wrong of [
    { model: "abc" },
    { engine: "" },
    { keyRows: [0] },
    { keyRows: new Array(1_025).fill(2) },
    { adapters: new Array(17).fill({ sha256: OTHER, scale: 1 }) },
    { adapters: [{ sha256: OTHER, scale: Number.NaN }] },
    { more: 1 },
  ])
    assert.ok(
      !engineFingerprintSchema.safeParse({ ...FINGERPRINT, ...wrong }).success,
      JSON.stringify(wrong),
    );
});

const tokenList = (maxLength: number) => fc.int32Array({ min: 0, max: 40_000, maxLength });

test("a chain has one hash for each block begun, and whole blocks of a prefix share theirs", () => {
  fc.assert(
    fc.property(tokenList(1_000), tokenList(600), (tokens, more) => {
      const chain = prefixChain(tokens, "salt");
      assert.equal(chain.length, Math.ceil(tokens.length / PREFIX_BLOCK));
      assert.ok(chain.every((hash) => sha256Schema.safeParse(hash).success));
      const whole = Math.floor(tokens.length / PREFIX_BLOCK);
      const longer = prefixChain(Int32Array.of(...tokens, ...more), "salt");
      assert.deepEqual(longer.slice(0, whole), chain.slice(0, whole));
    }),
    { numRuns: 50 },
  );
});

test("a token changes every hash from its block on, and none before", () => {
  fc.assert(
    fc.property(
      fc.int32Array({ min: 0, max: 9, minLength: 1, maxLength: 1_000 }),
      fc.nat(),
      (tokens, turn) => {
        const at = turn % tokens.length;
        const [before, after] = [tokens, tokens.with(at, (tokens[at] ?? 0) + 1)].map((list) =>
          prefixChain(list, ""),
        );
        const block = Math.floor(at / PREFIX_BLOCK);
        before?.forEach((hash, number) => {
          assert.equal(hash === after?.[number], number < block);
        });
      },
    ),
    { numRuns: 50 },
  );
});

test("part of a block, another salt, or tokens split elsewhere share no hash", () => {
  const tokens = Int32Array.from({ length: 300 }, (_, at) => at);
  const chains = [
    prefixChain(tokens, "a"),
    prefixChain(tokens, "b"),
    prefixChain(tokens.subarray(0, 255), "a"),
    prefixChain(tokens.subarray(1), "a"),
  ];
  assert.equal(new Set(chains.flat()).size, chains.flat().length);
});

test("the chain is the one that its drawing says", () => {
  // Computed elsewhere: SHA-256(SHA-256("salt") ‖ 01000000 2c010000).
  assert.deepEqual(prefixChain(Int32Array.of(1, 300), "salt"), [
    "9f62fcea84272c03b055b9c42991a31b54a874bf1d303a8db0c25a0beacfb8ce",
  ]);
});
