import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { sha256 } from "../../../../memcube/index.js";
import type { MemOS, NewMemory, Scope } from "../../../../memos/index.js";
import {
  allOf,
  collect,
  flush,
  found,
  ledgerElsewhere,
  openMemos,
  openStore,
  refused,
  remember,
} from "../../support.js";

const CUBES = 400;
const PURGED = 40;
const scope: Scope = { tenant: "acme", user: "ana" };

/** A word that stands nowhere else, in a form that no tokenizer changes. */
function word(): string {
  return `zq${randomBytes(12).toString("hex")}`;
}

/** All that a memory can say, each in its own words. */
function secretive(): { memory: NewMemory; words: string[] } {
  const words = Array.from({ length: 7 }, word) as [string, string, string, string, string, string, string];
  const [text, title, keyword, tag, context, value, object] = words;
  return {
    memory: {
      text: `She said ${text} by the sea, "quoted" and\nbroken.`,
      title: `About ${title}`,
      keywords: [keyword],
      tags: [tag],
      context: `Found beside ${context}.`,
      metadata: { source: value },
      facts: [{ subject: "Ana", relation: "keeps", object }],
    },
    words,
  };
}

/** Every file below a folder, as bytes. */
async function bytesOf(folder: string): Promise<{ file: string; bytes: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        return { file, bytes: await readFile(file) };
      }),
  );
}

async function filesWith(folder: string, words: readonly string[]): Promise<string[]> {
  const files = await bytesOf(folder);
  return files.flatMap(({ file, bytes }) =>
    words.filter((one) => bytes.includes(one)).map((one) => `${file}: ${one}`),
  );
}

async function fill(memos: MemOS): Promise<{ id: string; words: string[] }[]> {
  const made = Array.from({ length: CUBES }, secretive);
  const ids: string[] = [];
  for await (const { written } of memos.addMany(
    made.map(({ memory }) => memory),
    { ...scope, session: "s" },
  ))
    ids.push(...written.map(({ id }) => id));
  return made.map(({ words }, index) => ({ id: ids[index] as string, words }));
}

test("of what is purged no byte is left in the store, in either tier of the index; the rest is as it was", {
  skip: ledgerElsewhere,
}, async (t) => {
  const { memos, path } = await openMemos(t);
  const store = await openStore(t, path);
  const cubes = await fill(memos);
  const changedWord = word();
  const gone = cubes.filter((_, index) => index % (CUBES / PURGED) === 3);
  const first = gone[0] as (typeof gone)[number];
  await memos.update(first.id, { text: `Later it was ${changedWord} altogether.` }, scope);
  await flush(store);
  // These are in the delta when they go.
  const late = secretive();
  const lateId = await remember(memos, late.memory, scope);
  const words = [...gone.flatMap((cube) => cube.words), ...late.words, changedWord];
  assert.notDeepEqual(await filesWith(path, words), [], "the scan would see them");

  const ids = [...gone.map(({ id }) => id), lateId];
  const receipt = await memos.forgetting.forget({ ids }, scope, { mode: "purge" });
  assert.deepEqual(receipt.steps, { ledger: "done", index: "done", blobs: "done", log: "done" });
  assert.deepEqual(receipt.forgotten.map(({ id }) => id).sort(), [...ids].sort());
  assert.deepEqual(await filesWith(path, words), []);
  const proof = await memos.forgetting.verify(receipt, scope);
  assert.deepEqual([proof.clean, proof.found, proof.remains], [true, [], []]);
  assert.ok(proof.windows >= 2 * ids.length && proof.files > 3);

  assert.doesNotMatch(
    JSON.stringify(receipt),
    new RegExp(words.slice(0, 50).join("|")),
    "nor in the receipt",
  );
  for (const id of ids.slice(0, 5)) {
    await assert.rejects(memos.get(id, scope), refused("NOT_FOUND"));
    await assert.rejects(memos.history(id, scope), refused("NOT_FOUND"));
    await assert.rejects(memos.undo(id, scope), refused("NOT_FOUND"));
  }
  const left = cubes.filter(({ id }) => !ids.includes(id));
  assert.deepEqual(
    (await allOf(memos, scope)).map(({ id }) => id),
    left.map(({ id }) => id),
  );
  for (const { id, words: kept } of left.slice(0, 10))
    assert.deepEqual(
      (await memos.search(kept[0] as string, scope, { channels: ["text"], k: 1 })).hits.map(
        ({ cube }) => cube.id,
      ),
      [id],
    );
  for (const lost of words.slice(0, 10)) assert.deepEqual(await found(memos, lost, scope), []);
  assert.deepEqual(
    (await memos.check()).filter(({ ok }) => !ok),
    [],
  );
});

test("the verification finds content that was put back", { skip: ledgerElsewhere }, async (t) => {
  const { memos, path } = await openMemos(t);
  const { memory, words } = secretive();
  const id = await remember(memos, memory, scope);
  const receipt = await memos.forgetting.forget({ ids: [id] }, scope, { mode: "purge" });
  assert.equal((await memos.forgetting.verify(receipt, scope)).clean, true);
  const { writeFile } = await import("node:fs/promises");
  await writeFile(join(path, "left-behind"), `xx${words[0]}xx`);
  const proof = await memos.forgetting.verify(receipt, scope);
  assert.equal(proof.clean, false);
  assert.deepEqual(
    proof.found.map(({ cube, file }) => [cube, file]),
    proof.found.map(() => [id, "left-behind"]),
  );
  // The same words in a memory that is left are no finding.
  const other = secretive();
  const shared = `A sentence that two people say, word for word.`;
  const one = await remember(memos, { ...other.memory, text: shared }, scope);
  await remember(memos, shared, { ...scope, user: "bram" });
  const second = await memos.forgetting.forget({ ids: [one] }, scope, { mode: "purge" });
  const again = await memos.forgetting.verify(second, scope);
  assert.deepEqual([again.clean, again.saidElsewhere > 0], [true, true]);
});

test("what was made from a purged memory goes along; the other parent of a merge speaks for itself again", async (t) => {
  const { memos, path } = await openMemos(t);
  const source = secretive();
  const id = await remember(memos, source.memory, scope);
  const summary = word();
  await remember(
    memos,
    { text: `A summary with ${summary}.`, origin: "inferred", sources: [{ cube: id, sha256: sha256("x") }] },
    scope,
  );
  const kept = await remember(memos, "Ana keeps bees.", scope);
  await memos.lifecycle.merge([id, kept], scope);
  const preview = await memos.forgetting.preview({ ids: [id] }, scope);
  assert.deepEqual([preview.count, preview.derived], [1, 2]);
  const receipt = await memos.forgetting.forget({ ids: [id] }, scope, {
    mode: "purge",
    token: preview.token,
  });
  assert.deepEqual(
    receipt.forgotten.map(({ derived }) => derived),
    [false, true, true],
  );
  assert.deepEqual(await filesWith(path, [...source.words, summary]), []);
  assert.equal((await memos.get(kept, scope)).state, "active");
  assert.deepEqual(await found(memos, "bees", scope), ["Ana keeps bees."]);
});

test("a wish to forget names people, sources, times, fields, or what a search finds", async (t) => {
  const { memos } = await openMemos(t);
  await memos.add(
    [{ text: "a", origin: "tool", actor: "crawler" }, { text: "b", metadata: { project: "x" } }, "c"],
    scope,
  );
  await memos.add("d", { tenant: "acme", user: "bram" });
  const count = async (selector: Parameters<MemOS["forgetting"]["preview"]>[0], of = scope) =>
    (await memos.forgetting.preview(selector, of)).count;
  assert.equal(await count({ origins: ["tool"] }), 1);
  assert.equal(await count({ actors: ["crawler"] }), 1);
  assert.equal(await count({ where: { field: "metadata.project", op: "eq", value: "x" } }), 1);
  assert.equal(await count({ all: true }), 3);
  assert.equal(await count({ all: true }, { tenant: "acme" }), 4);
  assert.equal(await count({ to: "2020-01-01" }), 0);
  assert.equal(await count({ from: "2020-01-01" }), 3);
  await assert.rejects(memos.forgetting.preview({}, scope), refused("INVALID_INPUT"));
  await assert.rejects(memos.forgetting.forget({ query: "c" }, scope), refused("INVALID_INPUT"));
  const preview = await memos.forgetting.preview({ query: "c", k: 1 }, scope);
  await memos.forgetting.forget({ query: "c", k: 1 }, scope, { token: preview.token });
  assert.equal(await count({ all: true }), 3, "a tombstone can still be purged");
  assert.equal((await memos.list(scope)).cubes.length, 2);
});

test("what has changed since the preview is not forgotten", async (t) => {
  const { memos } = await openMemos(t);
  const id = await remember(memos, "The walrus is grey.", scope);
  const { token } = await memos.forgetting.preview({ all: true }, scope);
  await memos.update(id, { text: "The walrus is pink." }, scope);
  await assert.rejects(
    memos.forgetting.forget({ all: true }, scope, { mode: "purge", token }),
    refused("CONFLICT"),
  );
  assert.equal((await memos.history(id, scope)).versions.length, 2);
});

test("read-only memories and those under legal hold are left, and named", async (t) => {
  const { memos } = await openMemos(t);
  const held = await remember(memos, { text: "a", governance: { retention: "legal-hold" } }, scope);
  const fixed = await remember(memos, { text: "b", governance: { readonly: true } }, scope);
  await memos.add("c", scope);
  for (const mode of ["tombstone", "purge"] as const) {
    const { skipped } = await memos.forgetting.forget({ all: true }, scope, { mode });
    assert.deepEqual(
      skipped.map(({ id }) => id),
      [held, fixed],
    );
  }
  assert.equal((await memos.list(scope)).cubes.length, 2);
});

test("a purged memory does not come back by an import", async (t) => {
  const { memos } = await openMemos(t);
  const id = await remember(memos, "The walrus is grey.", scope);
  const exported = await collect(memos.export(scope));
  await memos.forgetting.forget({ ids: [id] }, scope, { mode: "purge" });
  await collect(memos.import(exported, scope));
  await assert.rejects(memos.get(id, scope), refused("NOT_FOUND"));
  assert.deepEqual(await found(memos, "walrus", scope), []);
});

test("a purge stays inside its scope", async (t) => {
  const { memos } = await openMemos(t);
  const other = await remember(memos, "The walrus is grey.", { tenant: "globex", user: "ana" });
  const neighbour = await remember(memos, "The walrus is grey.", { tenant: "acme", user: "bram" });
  const { forgotten } = await memos.forgetting.forget({ ids: [other, neighbour] }, scope, { mode: "purge" });
  assert.deepEqual(forgotten, []);
  assert.equal((await memos.get(neighbour, { tenant: "acme" })).state, "active");
});

test("what a crash left undone is done by the next process", async (t) => {
  const { memos, path } = await openMemos(t);
  const store = await openStore(t, path);
  const cubes = await fill(memos);
  await flush(store);
  const [one] = cubes as [(typeof cubes)[number]];
  await store.ledger.purge({ id: "cut short", scope, ids: [one.id], at: Date.now() });
  const [before] = await store.ledger.partitions();
  assert.equal((await store.ledger.pendingPurges()).length, 1);
  await memos.close();
  const { memos: next } = await openMemos(t, { path });
  await next.forgetting.catchUp();
  assert.deepEqual(await filesWith(path, one.words), []);
  assert.deepEqual(await store.ledger.pendingPurges(), []);
  assert.notEqual((await store.ledger.partitions())[0]?.number, before?.number, "the table was made anew");
});
