import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import type { AddInput, ErrorCode } from "../../../memos/index.js";
import { collect, found, openMemos, refused, remember } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };
const { memos } = await openMemos({ after });

/** After each test: nothing was written, and the service keeps answering. */
afterEach(async () => {
  assert.equal((await memos.stats(ANA)).versions, 0);
  assert.deepEqual(await found(memos, "anything", ANA), []);
});

const LARGE = "x".repeat(5 * 1024 * 1024);

const TEXTS: Readonly<Record<string, { text: string; code: ErrorCode }>> = {
  "an empty text": { text: "", code: "INVALID_INPUT" },
  "a text of white space": { text: " \t\n\u00a0\u2003 ", code: "INVALID_INPUT" },
  "a text with a NUL": { text: "before\u0000after", code: "INVALID_INPUT" },
  "a lone high surrogate": { text: "a\ud83d", code: "INVALID_INPUT" },
  "a lone low surrogate": { text: "\udc00a", code: "INVALID_INPUT" },
  "a text of 5 MB": { text: LARGE, code: "TOO_LARGE" },
  "a text one byte over the limit": { text: `${"é".repeat(512 * 1024)}x`, code: "TOO_LARGE" },
};

for (const [what, { text, code }] of Object.entries(TEXTS)) {
  test(`${what} is refused as a text`, async () => {
    await assert.rejects(memos.add(text, ANA), refused(code));
  });

  test(`${what} is refused as a message, as a memory, and anywhere in a list`, async () => {
    const inputs: AddInput[] = [{ role: "user", content: text }, { text }, ["good", { text }]];
    for (const input of inputs) await assert.rejects(memos.add(input, ANA), refused(code));
  });
}

test("the fault is named with its place in the input", async () => {
  const input = ["good", { role: "user" as const, content: "" }];
  await assert.rejects(memos.add(input, ANA), (error: unknown) => {
    refused("INVALID_INPUT")(error);
    assert.equal((error as { path?: string }).path, "1.content");
    return true;
  });
});

test("in a stream each bad item is skipped with its position and the reason", async () => {
  const scope = { tenant: "stream" };
  const progress = await collect(memos.addMany(["one", "", "two", LARGE, "thr\u0000ee"], scope));
  assert.equal(progress.at(-1)?.added, 2);
  assert.deepEqual(
    progress.flatMap(({ skipped }) => skipped.map(({ index }) => index)),
    [1, 3, 4],
  );
  for (const { reason } of progress.flatMap(({ skipped }) => skipped)) assert.match(reason, /text|byte/i);
});

test("an update to a bad text is refused, and the text stays", async () => {
  const scope = { tenant: "update" };
  const id = await remember(memos, "kept", scope);
  for (const { text, code } of Object.values(TEXTS))
    await assert.rejects(memos.update(id, { text }, scope), refused(code));
  assert.equal((await memos.history(id, scope)).versions.length, 1);
});

test("a query is refused when it is empty, not text, or too long", async () => {
  for (const query of ["", "  \n", "a\u0000b", "\ud83d", "x".repeat(8_193)]) {
    await assert.rejects(memos.search(query, ANA), refused("INVALID_INPUT"));
    await assert.rejects(memos.recall(query, ANA), refused("INVALID_INPUT"));
  }
});
