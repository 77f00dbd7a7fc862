import assert from "node:assert/strict";
import { test } from "node:test";
import type { RebuildProgress } from "../../../memos/store/index/flusher.js";
import { PLACES } from "../objects/support.js";
import { collect, found, openMemos, openStore, refused, WordEmbedder } from "../support.js";

const SCOPE = { tenant: "acme" };

/** More than one step of a rebuild, in as few bytes as possible. */
const CUBES = 4_500;

for (const place of PLACES)
  test(`an interrupted rebuild goes on from where it stopped, and nothing is lost in between, ${place.name}`, async (t) => {
    const embedder = new WordEmbedder({ dimension: 0 });
    const options = await place.options(t);
    const { memos, path } = await openMemos(t, { embedder, ...options });
    await collect(
      memos.addMany(
        Array.from({ length: CUBES }, (_, n) => `n${n}`),
        SCOPE,
      ),
    );
    await memos.settled();

    const abort = new AbortController();
    const steps: RebuildProgress[] = [];
    await assert.rejects(
      memos.rebuild({
        signal: abort.signal,
        onProgress: (step) => {
          steps.push(step);
          abort.abort();
        },
      }),
      refused("ABORTED"),
    );
    assert.equal(steps.length, 1, "it stopped after the step in hand");
    const copied = steps[0]?.done ?? 0;
    assert.ok(copied > 0 && copied < CUBES, `${copied} of ${CUBES}`);
    assert.deepEqual(await found(memos, "n7", SCOPE), ["n7"], "the old index is still there");
    assert.equal((await memos.stats(SCOPE)).index.state, "rebuilding");

    await memos.add("meanwhile", SCOPE);
    const [early] = (await memos.list(SCOPE, { order: "oldest", limit: 1 })).cubes;
    assert.ok(early);
    await memos.update(early.id, { text: "changed" }, SCOPE);
    const store = await openStore(t, path, embedder, options.objects);
    await store.flusher.flushAll();
    assert.equal(
      (await memos.stats(SCOPE)).index.pending,
      0,
      "what waits for the new index is in the old one",
    );

    const resumed: RebuildProgress[] = [];
    await memos.rebuild({ onProgress: (step) => resumed.push(step) });
    assert.equal(resumed.length, 1, "the first step is not done again");
    assert.equal(resumed[0]?.done, CUBES + 1);
    for (const text of ["n1", `n${CUBES - 1}`, "meanwhile", "changed"])
      assert.deepEqual(await found(memos, text, SCOPE), [text]);
    assert.deepEqual(await found(memos, "n0", SCOPE), []);
    assert.equal((await memos.stats(SCOPE)).index.state, "live");
  });

test("a rebuild that is cancelled before it begins does nothing", async (t) => {
  const { memos } = await openMemos(t);
  await memos.add("here", SCOPE);
  await assert.rejects(memos.rebuild({ signal: AbortSignal.abort() }), refused("ABORTED"));
  assert.deepEqual(await found(memos, "here", SCOPE), ["here"]);
});
