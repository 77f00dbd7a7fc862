import assert from "node:assert/strict";
import { after, test } from "node:test";
import { MemosError } from "../../../memos/index.js";
import { allOf, collect, found, gate, openMemos, refused, remember, WordEmbedder } from "../support.js";

const ABORTED = { signal: AbortSignal.abort() };
const { memos, path } = await openMemos({ after });

test("what is cancelled before it begins does nothing", async () => {
  const scope = { tenant: "before" };
  const id = await remember(memos, "The walrus is grey.", scope);
  const [portable] = await collect(memos.export(scope));
  assert.ok(portable);
  const other = { tenant: "before, elsewhere" };
  for (const attempt of [
    () => memos.add("text", scope, ABORTED),
    () => collect(memos.addMany(["text"], scope, ABORTED)),
    () => collect(memos.addMany([], scope, ABORTED)),
    () => collect(memos.import([portable], other, ABORTED)),
    () => memos.update(id, { text: "changed" }, scope, ABORTED),
    () => memos.forget(id, scope, ABORTED),
    () => memos.search("walrus", scope, ABORTED),
    () => memos.recall("walrus", scope, ABORTED),
    () => memos.get(id, scope, ABORTED),
    () => memos.history(id, scope, ABORTED),
    () => memos.list(scope, ABORTED),
    () => collect(memos.export(scope, ABORTED)),
    () => memos.rebuild(ABORTED),
  ])
    await assert.rejects(attempt(), refused("ABORTED"));
  assert.deepEqual([(await memos.stats(scope)).versions, (await memos.stats(other)).versions], [1, 0]);
});

test("a write that is cancelled while its text is embedded writes nothing", async (t) => {
  const scope = { tenant: "embedding" };
  const reached = gate();
  const embedder = new WordEmbedder({
    before: (texts) => {
      if (!texts.includes("slow")) return undefined;
      reached.open();
      return new Promise(() => {});
    },
  });
  const { memos: held } = await openMemos(t, { path, embedder });
  const abort = new AbortController();
  const attempt = held.add("slow", scope, { signal: abort.signal });
  await reached.opened;
  abort.abort();
  await assert.rejects(attempt, refused("ABORTED"));
  assert.equal((await held.stats(scope)).versions, 0);
  await held.add("quick", scope);
  assert.deepEqual(await found(held, "quick", scope), ["quick"]);
});

test("also with an embedder that does not know of cancelling", async (t) => {
  const scope = { tenant: "deaf embedder" };
  const abort = new AbortController();
  const inner = new WordEmbedder({ before: () => abort.abort() });
  const deaf = {
    ...inner,
    fingerprint: inner.fingerprint,
    embed: (texts: readonly string[]) => inner.embed(texts),
  };
  const { memos: held } = await openMemos(t, { path, embedder: deaf });
  await assert.rejects(held.add("text", scope, { signal: abort.signal }), refused("ABORTED"));
  assert.equal((await held.stats(scope)).versions, 0);
});

test("an embedder's own complaint of being cancelled counts as cancelling when the caller did", async (t) => {
  const abort = new AbortController();
  const embedder = new WordEmbedder({
    before: () => {
      abort.abort();
      throw new DOMException("This operation was aborted", "AbortError");
    },
  });
  const { memos: held } = await openMemos(t, { path, embedder });
  await assert.rejects(held.add("text", { tenant: "dom" }, { signal: abort.signal }), refused("ABORTED"));
});

test("a stream that is cancelled while its source is silent ends at once, with what was committed in place", async () => {
  const scope = { tenant: "silent source" };
  const returned = gate();
  const source = {
    [Symbol.asyncIterator]: () => {
      let n = 0;
      return {
        next: () =>
          n++ < 3 ? Promise.resolve({ done: false, value: `item ${n}` }) : new Promise<never>(() => {}),
        return: () => {
          returned.open();
          return Promise.resolve({ done: true as const, value: undefined });
        },
      };
    },
  };
  const abort = new AbortController();
  let added = 0;
  const stream = async () => {
    for await (const progress of memos.addMany(source, scope, { signal: abort.signal })) {
      added = progress.added;
      if (added === 3) abort.abort();
    }
  };
  await assert.rejects(stream(), refused("ABORTED"));
  await returned.opened;
  assert.equal((await allOf(memos, scope)).length, 3);
});

test("a stream that is cancelled in the middle of an endless source stops reading it", async () => {
  const scope = { tenant: "endless source" };
  const abort = new AbortController();
  let read = 0;
  const ended = gate();
  const source = (function* () {
    try {
      for (;;) yield `item ${read++}`;
    } finally {
      ended.open();
    }
  })();
  let added = 0;
  const stream = async () => {
    for await (const progress of memos.addMany(source, scope, { signal: abort.signal })) {
      added = progress.added;
      abort.abort();
    }
  };
  await assert.rejects(stream(), (error: unknown) => error instanceof MemosError && error.code === "ABORTED");
  await ended.opened;
  assert.ok(added > 0 && read < 100_000);
});
