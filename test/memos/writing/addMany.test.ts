import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { MemoryInput } from "../../../memos/index.js";
import { allOf, collect, found, gate, openMemos, textIn } from "../support.js";

const { memos } = await openMemos({ after });

/** A source that knows whether it was let go. */
function observed(produce: () => AsyncGenerator<MemoryInput, void, undefined>) {
  const ended = gate();
  const source = (async function* () {
    try {
      yield* produce();
    } finally {
      ended.open();
    }
  })();
  return { source, ended: ended.opened };
}

test("an endless source is read as far as its reader wants, and then let go", async () => {
  const scope = { tenant: "endless" };
  let read = 0;
  const { source, ended } = observed(async function* () {
    for (;;) yield `item ${read++}`;
  });
  let added = 0;
  for await (const progress of memos.addMany(source, scope)) {
    added = progress.added;
    if (added >= 1_000) break;
  }
  await ended;
  assert.ok(read < 10_000, `${read} were read for ${added}`);
});

test("a source that pauses does not delay what came before", async () => {
  const scope = { tenant: "slow" };
  const seen = [gate(), gate()];
  const { source } = observed(async function* () {
    yield "first";
    await seen[0]?.opened;
    yield "second";
    await seen[1]?.opened;
    yield "third";
  });
  let reports = 0;
  for await (const progress of memos.addMany(source, scope)) {
    if (progress.done) break;
    reports++;
    assert.equal(progress.added, reports, "each is committed while the source waits for the report of it");
    assert.equal((await found(memos, ["first", "second", "third"][reports - 1] ?? "", scope)).length, 1);
    seen[reports - 1]?.open();
  }
  assert.equal(reports, 3);
});

test("what a stream has reported is found, also where the first search comes while it is under way", async () => {
  for (const others of [0, 1]) {
    const scope = { tenant: `searched ${others}` };
    const texts = Array.from({ length: 1_600 }, (_, number) => `parcel no${number}x`);
    let reports = 0;
    for await (const progress of memos.addMany(texts, scope)) {
      // Those of other tenants stand between its own in the log that searches follow.
      if (others > 0) await memos.add(`letter ${reports}`, { tenant: "neighbour" });
      reports++;
      for (const number of [0, progress.added - 1])
        assert.equal((await found(memos, `no${number}x`, scope)).length, 1, `no${number}x`);
    }
    assert.ok(reports > 3);
    assert.equal((await found(memos, "letter", { tenant: "neighbour" })).length > 0, others > 0);
  }
});

test("a source that fails ends the stream with its own error, after what it gave was kept", async () => {
  for (const kind of ["rejects", "throws"]) {
    const scope = { tenant: kind };
    const fault = new Error("the source broke");
    const asynchronous = observed(async function* () {
      yield* ["one", "two"];
      throw fault;
    });
    const synchronous = (function* () {
      yield* ["one", "two"];
      throw fault;
    })();
    const reported: number[] = [];
    const stream = async () => {
      for await (const { added } of memos.addMany(
        kind === "rejects" ? asynchronous.source : synchronous,
        scope,
      ))
        reported.push(added);
    };
    await assert.rejects(stream(), (error: unknown) => error === fault);
    assert.deepEqual((await allOf(memos, scope)).map(textIn), ["one", "two"]);
    assert.equal(reported.at(-1), 2, "and was reported before the error");
  }
});

test("items keep their order, through many batches and with several streams at once", async () => {
  const scopes = ["a", "b"].map((user) => ({ tenant: "order", user }));
  const inputs = Array.from({ length: 1_500 }, (_, n) => `item ${n}`);
  await Promise.all(scopes.map((scope) => collect(memos.addMany(inputs, scope))));
  for (const scope of scopes) assert.deepEqual((await allOf(memos, scope)).map(textIn), inputs);
});

test("an empty source gives one report: nothing, done", async () => {
  const progress = await collect(memos.addMany([], { tenant: "empty" }));
  assert.deepEqual(
    progress.map(({ added, done, written, skipped }) => [added, done, written, skipped]),
    [[0, true, [], []]],
  );
});

test("a source of nothing but faults reports each of them", async () => {
  const progress = await collect(
    memos.addMany(
      Array.from({ length: 600 }, () => ""),
      { tenant: "faults" },
    ),
  );
  assert.equal(progress.flatMap(({ skipped }) => skipped).length, 600);
  assert.equal(progress.at(-1)?.added, 0);
});
