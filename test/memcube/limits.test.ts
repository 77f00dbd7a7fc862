import assert from "node:assert/strict";
import { test } from "node:test";
import type * as z from "zod";
import {
  attributesSchema,
  blobRefSchema,
  LIMITS,
  modelFingerprintSchema,
  parametricPayloadSchema,
  plaintextPayloadSchema,
  provenanceSchema,
  scopeSchema,
  versionSchema,
} from "../../memcube/index.js";
import { sampleFile } from "./forge.js";

const HASH = "0".repeat(64);
const CUBE = sampleFile("plaintext").portable.cube.id;
const [VERSION] = sampleFile("plaintext").portable.versions;
const ATTRIBUTES = { keywords: [], tags: [], metadata: {}, authors: {} };
const FINGERPRINT = { model: HASH, engine: "llama.cpp/b6990", configuration: HASH, adapters: [] };
const BLOB = { sha256: HASH, bytes: 0, mediaType: "x/y" };
const PROVENANCE = { origin: "user", actor: "ana", sources: [] };

function metadataOf(bytes: number): Record<string, string> {
  return { k: "x".repeat(bytes - '{"k":""}'.length) };
}

function keys(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n]));
}

/** For each limit: what is to hold it, and a value that is exactly so large. */
const ENFORCED: [keyof typeof LIMITS, string, z.ZodType, (size: number) => unknown][] = [
  [
    "textBytes",
    "a text",
    plaintextPayloadSchema,
    (n) => ({ kind: "plaintext", text: "x".repeat(n), format: "text" }),
  ],
  ["nameCharacters", "a tenant", scopeSchema, (n) => ({ tenant: "x".repeat(n) })],
  ["nameCharacters", "a session", scopeSchema, (n) => ({ tenant: "t", session: "x".repeat(n) })],
  ["nameCharacters", "an actor", provenanceSchema, (n) => ({ ...PROVENANCE, actor: "x".repeat(n) })],
  ["nameCharacters", "a model", provenanceSchema, (n) => ({ ...PROVENANCE, model: "x".repeat(n) })],
  ["nameCharacters", "the actor of a version", versionSchema, (n) => ({ ...VERSION, actor: "x".repeat(n) })],
  ["titleCharacters", "a title", attributesSchema, (n) => ({ ...ATTRIBUTES, title: "x".repeat(n) })],
  ["labels", "the keywords", attributesSchema, (n) => ({ ...ATTRIBUTES, keywords: Array(n).fill("x") })],
  ["labels", "the tags", attributesSchema, (n) => ({ ...ATTRIBUTES, tags: Array(n).fill("x") })],
  ["labelCharacters", "a keyword", attributesSchema, (n) => ({ ...ATTRIBUTES, keywords: ["x".repeat(n)] })],
  ["labelCharacters", "a tag", attributesSchema, (n) => ({ ...ATTRIBUTES, tags: ["x".repeat(n)] })],
  [
    "labelCharacters",
    "a metadata key",
    attributesSchema,
    (n) => ({ ...ATTRIBUTES, metadata: { ["x".repeat(n)]: 1 } }),
  ],
  ["metadataKeys", "metadata", attributesSchema, (n) => ({ ...ATTRIBUTES, metadata: keys(n) })],
  [
    "metadataKeys",
    "a list in metadata",
    attributesSchema,
    (n) => ({ ...ATTRIBUTES, metadata: { k: Array(n).fill(1) } }),
  ],
  ["metadataBytes", "metadata", attributesSchema, (n) => ({ ...ATTRIBUTES, metadata: metadataOf(n) })],
  ["metadataBytes", "a context", attributesSchema, (n) => ({ ...ATTRIBUTES, context: "x".repeat(n) })],
  [
    "sources",
    "the sources",
    provenanceSchema,
    (n) => ({ ...PROVENANCE, sources: Array(n).fill({ cube: CUBE, sha256: HASH }) }),
  ],
  [
    "manifestEntries",
    "a manifest",
    parametricPayloadSchema,
    (n) => ({
      kind: "parametric",
      fingerprint: FINGERPRINT,
      rank: 8,
      alpha: 16,
      weights: BLOB,
      manifest: Array(n).fill({ cube: CUBE, version: 1, sha256: HASH }),
    }),
  ],
  [
    "adapters",
    "the adapters",
    modelFingerprintSchema,
    (n) => ({ ...FINGERPRINT, adapters: Array(n).fill(HASH) }),
  ],
  [
    "engineCharacters",
    "an engine",
    modelFingerprintSchema,
    (n) => ({ ...FINGERPRINT, engine: "x".repeat(n) }),
  ],
  ["mediaTypeCharacters", "a media type", blobRefSchema, (n) => ({ ...BLOB, mediaType: "x".repeat(n) })],
  ["causeCharacters", "the cause of a version", versionSchema, (n) => ({ ...VERSION, cause: "x".repeat(n) })],
];

for (const [name, what, schema, sized] of ENFORCED)
  test(`${what} may reach ${name} and not pass it`, () => {
    const limit = LIMITS[name];
    assert.ok(schema.safeParse(sized(limit)).success);
    assert.equal(schema.safeParse(sized(limit + 1)).success, false);
  });

test("a text is measured in UTF-8 bytes, not in characters", () => {
  const isText = (text: string) =>
    plaintextPayloadSchema.safeParse({ kind: "plaintext", text, format: "text" }).success;
  for (const [character, bytes] of [
    ["é", 2],
    ["日", 3],
    ["😀", 4],
  ] as const) {
    const most = Math.floor(LIMITS.textBytes / bytes);
    assert.ok(isText(character.repeat(most)));
    assert.equal(isText(character.repeat(most + 1)), false);
  }
});

test("metadata is measured in UTF-8 bytes of its JSON", () => {
  const isMetadata = (metadata: unknown) => attributesSchema.safeParse({ ...ATTRIBUTES, metadata }).success;
  const count = (LIMITS.metadataBytes - '{"k":""}'.length) / 2;
  assert.ok(isMetadata({ k: "é".repeat(count) }));
  assert.equal(isMetadata({ k: "é".repeat(count + 1) }), false);
});
