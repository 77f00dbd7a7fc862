import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemos, refused } from "../support.js";

const SCOPE = { tenant: "local", user: "ana" };

test("a search that is cancelled does not wait for its turn", async (t) => {
  const { memos } = await openMemos(t);
  await memos.add("The spare key is with Tomás.", SCOPE);
  const cancelled = new AbortController();
  let answered = 0;
  const others = Array.from({ length: 40 }, () =>
    memos.search("who has the key?", SCOPE).then(({ hits }) => {
      answered++;
      return hits.length;
    }),
  );
  const last = memos.search("who has the key?", SCOPE, { signal: cancelled.signal });
  await others[0];
  cancelled.abort();
  await assert.rejects(last, refused("ABORTED"));
  assert.ok(answered < others.length, `${answered} others had been answered`);
  assert.deepEqual(new Set(await Promise.all(others)), new Set([1]), "each of the others has its answer");
});
