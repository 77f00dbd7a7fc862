import assert from "node:assert/strict";
import { after, test } from "node:test";
import { memCubeSchema, versionSchema } from "../../../memcube/index.js";
import {
  addProgressSchema,
  readReceiptSchema,
  recallResultSchema,
  searchResultSchema,
  statsSchema,
  writeReceiptSchema,
} from "../../../memos/index.js";
import { collect, openMemos, remember } from "../support.js";

const { memos } = await openMemos({ after });
const ANA = { tenant: "acme", user: "ana" };

test("a write says what was written, of what kind, at which version, and what it cost", async () => {
  const receipt = writeReceiptSchema.parse(await memos.add(["one", { text: "two", type: "semantic" }], ANA));
  assert.deepEqual(
    receipt.written.map(({ kind, type, version }) => [kind, type, version]),
    [
      ["plaintext", "episodic", 1],
      ["plaintext", "semantic", 1],
    ],
  );
  assert.deepEqual(
    [
      receipt.operation,
      receipt.skipped,
      receipt.replayed,
      receipt.llmCalls,
      receipt.llmTokens,
      receipt.warnings,
    ],
    ["add", [], false, 0, 0, []],
  );
  const id = receipt.written[0]?.id ?? "";
  const updated = writeReceiptSchema.parse(await memos.update(id, { tags: ["x"] }, ANA));
  assert.deepEqual(
    [updated.operation, updated.written[0]?.id, updated.written[0]?.version],
    ["update", id, 2],
  );
  const forgotten = writeReceiptSchema.parse(await memos.forget(id, ANA));
  assert.deepEqual([forgotten.operation, forgotten.written[0]?.version], ["forget", 3]);
});

test("a read says which channels it used and how many candidates there were", async () => {
  await memos.add("The walrus is grey.", ANA);
  const result = searchResultSchema.parse(await memos.search("walrus", ANA, { explain: true }));
  const receipt = readReceiptSchema.parse(result.receipt);
  assert.deepEqual([receipt.operation, receipt.llmCalls, receipt.warnings], ["search", 0, []]);
  assert.ok(receipt.candidates >= 1);
  const recalled = recallResultSchema.parse(await memos.recall("walrus", ANA));
  assert.equal(recalled.receipt.operation, "recall");
});

test("every item of a stream is in exactly one report, as written or as skipped", async () => {
  const inputs = Array.from({ length: 1_300 }, (_, n) => (n % 100 === 50 ? "" : `item ${n}`));
  const progress = (await collect(memos.addMany(inputs, { tenant: "stream" }))).map((part) =>
    addProgressSchema.parse(part),
  );
  const written = progress.flatMap((part) => part.written);
  const skipped = progress.flatMap((part) => part.skipped.map(({ index }) => index));
  assert.equal(new Set(written.map(({ id }) => id)).size, 1_287);
  assert.deepEqual(
    skipped,
    Array.from({ length: 13 }, (_, n) => n * 100 + 50),
  );
  const added = progress.map((part) => part.added);
  assert.deepEqual(
    added,
    [...added].sort((a, b) => a - b),
  );
  assert.equal(progress.at(-1)?.added, 1_287);
  assert.deepEqual(
    progress.map(({ done }) => done),
    progress.map((_, index) => index === progress.length - 1),
  );
});

test("what was given is what is kept, and where nothing was given the default is documented", async () => {
  const scope = { tenant: "envelope", user: "ana", agent: "claude", app: "notes", session: "s" };
  const given = {
    text: " Word for word,\n\twith its white space. ",
    origin: "document" as const,
    actor: "archive",
    type: "semantic" as const,
    format: "markdown" as const,
    title: "Title",
    keywords: ["k"],
    tags: ["t"],
    context: "context",
    metadata: { a: [1, "b", null, true] },
    occurredAt: new Date("2024-01-02T03:04:05.678Z"),
    validFrom: "2024-01-01",
    validTo: "2024-12-31T23:59:59+01:00",
    governance: { sensitivity: "secret" as const },
    priority: 7,
  };
  const cube = memCubeSchema.parse(await memos.get(await remember(memos, given, scope), scope));
  assert.deepEqual(cube.payload, { kind: "plaintext", text: given.text, format: "markdown" });
  assert.deepEqual(cube.scope, scope);
  assert.deepEqual(
    [cube.type, cube.provenance.origin, cube.provenance.actor, cube.behaviour.priority, cube.state],
    ["semantic", "document", "archive", 7, "active"],
  );
  assert.deepEqual(cube.attributes, {
    title: "Title",
    keywords: ["k"],
    tags: ["t"],
    context: "context",
    metadata: given.metadata,
    authors: { title: "caller", keywords: "caller", tags: "caller", context: "caller" },
  });
  const { recordedAt: _, ...times } = cube.time;
  assert.deepEqual(times, {
    occurredAt: "2024-01-02T03:04:05.678Z",
    validFrom: "2024-01-01T00:00:00.000Z",
    validTo: "2024-12-31T22:59:59.000Z",
  });
  assert.equal(cube.governance.sensitivity, "secret");
  const plain = await memos.get(await remember(memos, "plain", scope), scope);
  assert.deepEqual(
    [plain.type, plain.provenance.origin, plain.provenance.actor, plain.governance.visibility],
    ["episodic", "user", "ana", "private"],
  );
  const versions = (await memos.history(cube.id, scope)).versions.map((version) =>
    versionSchema.parse(version),
  );
  assert.deepEqual(
    versions.map(({ operation, actor, previousHash }) => [operation, actor, previousHash]),
    [["add", "archive", null]],
  );
});

test("statistics count what a scope holds", async () => {
  const scope = { tenant: "statistics", user: "ana" };
  assert.equal(statsSchema.parse(await memos.stats(scope)).index.state, "empty");
  const id = await remember(memos, "one", scope);
  await memos.add({ text: "two", type: "core" }, scope);
  await memos.add("ben's", { ...scope, user: "ben" });
  await memos.update(id, { text: "changed" }, scope);
  const stats = statsSchema.parse(await memos.stats(scope));
  assert.deepEqual([stats.cubes, stats.byType, stats.versions], [2, { episodic: 1, core: 1 }, 3]);
  assert.deepEqual([stats.index.base, stats.index.pending, stats.index.state], [0, 3, "live"]);
  await memos.forget(id, scope);
  const later = await memos.stats(scope);
  assert.deepEqual([later.cubes, later.forgotten, later.versions], [1, 1, 4]);
});
