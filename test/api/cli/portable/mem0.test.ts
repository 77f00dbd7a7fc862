import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { importMem0 } from "../../../../api/cli/portable/chats/importMem0.js";
import { IMPORT_LIMITS } from "../../../../api/cli/portable/chats/limits.js";
import { allOf, openMemos, refused, temporaryFolder, textIn } from "../../../memos/support.js";
import { memos as memosCommand } from "../memosProcess.js";

const ACME = { tenant: "local" };

const MEMORIES = [
  {
    id: "1",
    memory: "Ana moved to Lisbon.",
    user_id: "ana",
    run_id: "monday",
    categories: ["places"],
    metadata: { tier: "pro", nested: { a: 1 } },
    created_at: "2026-03-01T10:00:00-07:00",
    hash: "x",
    expiration_date: "2999-01-31",
  },
  { id: "2", memory: "Ben likes tea.", userId: "ben", createdAt: "2026-03-02" },
  { id: "3", memory: "Nobody's.", metadata: null },
  { id: "4", memory: "Long gone.", user_id: "ana", expiration_date: "2001-01-01" },
  { id: "5", memory: " " },
  { memory: "Without an id." },
];

async function start(t: TestContext) {
  const { memos } = await openMemos(t);
  const folder = await temporaryFolder(t);
  const run = async (content: string, user?: string) => {
    const path = join(folder, "memories.json");
    await writeFile(path, content);
    const scope = { ...ACME, ...(user === undefined ? {} : { user }) };
    return importMem0(memos, path, scope, {
      signal: new AbortController().signal,
      onMemory: () => undefined,
    });
  };
  return { memos, run };
}

const FORMS: Record<string, (memories: readonly object[]) => string> = {
  "a list": (memories) => JSON.stringify(memories),
  "the answer of its API": (memories) => JSON.stringify({ count: 6, results: memories }),
  "one a line": (memories) => memories.map((one) => `${JSON.stringify(one)}\n`).join(""),
};

for (const [name, form] of Object.entries(FORMS))
  test(`memories of mem0 as ${name} keep their owners, times, categories and metadata, once`, async (t) => {
    const { memos, run } = await start(t);
    const report = await run(form(MEMORIES), "carol");
    assert.deepEqual([report.added, report.present], [3, 0]);
    assert.deepEqual(
      report.skipped.map(({ reason }) => reason),
      ["expired", "without words", "It does not have the form of mem0's memories."],
    );
    const [lisbon] = await allOf(memos, { ...ACME, user: "ana" });
    assert.ok(lisbon);
    assert.deepEqual(lisbon.scope, { ...ACME, user: "ana", session: "monday" });
    assert.deepEqual(lisbon.attributes.tags, ["places"]);
    assert.equal(lisbon.time.occurredAt, "2026-03-01T17:00:00.000Z");
    assert.equal(lisbon.governance.expiresAt, "2999-02-01T00:00:00.000Z");
    const { tier, nested } = lisbon.attributes.metadata;
    assert.deepEqual([tier, nested], ["pro", '{"a":1}']);
    assert.deepEqual((await allOf(memos, { ...ACME, user: "carol" })).map(textIn), ["Nobody's."]);
    const again = await run(form(MEMORIES), "carol");
    assert.deepEqual([again.added, again.present], [0, 3]);
  });

test("a file that is none is refused with its line, and nothing is written", async (t) => {
  const { memos, run } = await start(t);
  await assert.rejects(run('{"id":"1","memory":"One."}\n{"id":'), /line 2/);
  for (const content of ["{}", "7", '[{"a":1}]', "nonsense"])
    await assert.rejects(run(content), refused("INVALID_INPUT"), content);
  assert.equal((await memos.stats(ACME)).versions, 0);
  assert.ok(IMPORT_LIMITS.wholeBytes > 0);
});

test("from the command line it says what was imported and what was not", async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, "memories.json");
  await writeFile(file, JSON.stringify(MEMORIES));
  const { stdout } = await memosCommand(["import", "mem0", file, "--store", join(folder, "store")]);
  assert.match(stdout, /imported 3 memories; 0 were there already/);
  assert.match(stdout, /passed over 1: expired \(the first is 4\)/);
  const chats = await memosCommand([
    "import",
    "chatgpt",
    file,
    "--user",
    "ana",
    "--store",
    join(folder, "s2"),
  ]).catch((error: unknown) => error as { stderr: string });
  assert.match(String(chats.stderr), /form of an export of chatgpt; nothing was imported/);
});
