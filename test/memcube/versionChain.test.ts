import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { firstBrokenVersion, nextVersion, type Version, versionSchema } from "../../memcube/index.js";
import { arbitraryPortableCube } from "./arbitrary.js";

const chains = arbitraryPortableCube.map(({ cube, versions }) => ({ id: cube.id, versions }));
const longChains = chains.filter(({ versions }) => versions.length > 1);
const RUNS = { numRuns: 200 };

test("a chain that was only appended to is whole", () => {
  fc.assert(
    fc.property(chains, ({ id, versions }) => {
      assert.equal(firstBrokenVersion(id, versions), null);
    }),
    RUNS,
  );
});

test("a removed version is noticed, unless it is the last, which the cube's own version number shows", () => {
  fc.assert(
    fc.property(longChains, fc.nat(), ({ id, versions }, n) => {
      const at = n % (versions.length - 1);
      assert.notEqual(firstBrokenVersion(id, versions.toSpliced(at, 1)), null);
      assert.equal(firstBrokenVersion(id, versions.slice(0, -1)), null);
    }),
    RUNS,
  );
});

test("two versions that changed places are noticed", () => {
  fc.assert(
    fc.property(longChains, fc.nat(), fc.nat(), ({ id, versions }, n, m) => {
      const a = n % versions.length;
      const b = (a + 1 + (m % (versions.length - 1))) % versions.length;
      const swapped = versions.with(a, versions[b] as Version).with(b, versions[a] as Version);
      assert.notEqual(firstBrokenVersion(id, swapped), null);
    }),
    RUNS,
  );
});

test("a version that was put in twice is noticed", () => {
  fc.assert(
    fc.property(chains, fc.nat(), ({ id, versions }, n) => {
      const at = n % versions.length;
      assert.notEqual(firstBrokenVersion(id, versions.toSpliced(at, 0, versions[at] as Version)), null);
    }),
    RUNS,
  );
});

test("an edit of any field of any version is noticed, and at that version", () => {
  const other = "f".repeat(64);
  const edits: ((version: Version) => Version)[] = [
    (version) => ({ ...version, actor: `${version.actor}?` }),
    (version) => ({ ...version, cause: `${version.cause}?` }),
    (version) => ({ ...version, operation: version.operation === "add" ? "update" : "add" }),
    (version) => ({ ...version, recordedAt: "1999-12-31T23:59:59.999Z" }),
    (version) => ({ ...version, hash: other }),
    (version) => ({ ...version, previousHash: other }),
    (version) => ({ ...version, previousHash: version.previousHash === null ? other : null }),
    ({ content, ...version }) => ({
      ...version,
      content: { ...content, state: content.state === "active" ? "archived" : "active" },
    }),
    ({ content, ...version }) => ({
      ...version,
      content: {
        ...content,
        attributes: { ...content.attributes, context: `${content.attributes.context}?` },
      },
    }),
    ({ content, ...version }) => ({
      ...version,
      content: { ...content, payload: { kind: "plaintext", text: "never said", format: "text" } },
    }),
  ];
  fc.assert(
    fc.property(chains, fc.nat(), fc.constantFrom(...edits), ({ id, versions }, n, edit) => {
      const at = n % versions.length;
      const edited = versions.with(at, edit(versions[at] as Version));
      assert.equal(firstBrokenVersion(id, edited), at + 1);
    }),
    { numRuns: 1_000 },
  );
});

test("a version whose number was edited is noticed", () => {
  fc.assert(
    fc.property(chains, fc.nat(), ({ id, versions }, n) => {
      const at = n % versions.length;
      const version = versions[at] as Version;
      assert.notEqual(
        firstBrokenVersion(id, versions.with(at, { ...version, version: version.version + 1 })),
        null,
      );
    }),
    RUNS,
  );
});

test("a version that was rewritten with a right hash is noticed at the one after it", () => {
  fc.assert(
    fc.property(longChains, fc.nat(), ({ id, versions }, n) => {
      const at = n % (versions.length - 1);
      const version = versions[at] as Version;
      const rewritten = nextVersion(id, versions[at - 1] ?? null, { ...version, cause: `${version.cause}?` });
      assert.equal(firstBrokenVersion(id, versions.with(at, rewritten)), at + 2);
    }),
    RUNS,
  );
});

test("a version that skips a number is noticed, though it names the right one before it", () => {
  fc.assert(
    fc.property(chains, ({ id, versions }) => {
      const last = versions.at(-1) as Version;
      const skipping = nextVersion(id, { ...last, version: last.version + 1 }, last);
      assert.equal(skipping.previousHash, last.hash);
      assert.equal(firstBrokenVersion(id, [...versions, skipping]), last.version + 2);
    }),
    RUNS,
  );
});

test("the chain of one cube is not the chain of another", () => {
  fc.assert(
    fc.property(chains, fc.uuid({ version: 7 }), ({ id, versions }, stranger) => {
      fc.pre(id !== stranger);
      assert.equal(firstBrokenVersion(stranger, versions), 1);
    }),
    RUNS,
  );
});

test("a whole version given as the change leaves nothing but its change in the next one", () => {
  fc.assert(
    fc.property(chains, ({ id, versions }) => {
      const last = versions.at(-1) as Version;
      const next = nextVersion(id, last, last);
      assert.equal(firstBrokenVersion(id, [...versions, next]), null);
      assert.deepEqual(versionSchema.parse(next), next);
      assert.equal(next.version, versions.length + 1);
      assert.equal(next.previousHash, last.hash);
    }),
    RUNS,
  );
});
