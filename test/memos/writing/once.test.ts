import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import type { MemOS, WriteReceipt } from "../../../memos/index.js";
import { openMemos, refused, remember } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };
const { memos } = await openMemos({ after });

type Options = { readonly idempotencyKey?: string };
type Write = (
  view: MemOS,
  id: string,
  options: Options,
) => Promise<Pick<WriteReceipt, "written" | "replayed">>;

/** What is done before, and the write. */
const WRITES: Record<string, { before?: (id: string) => Promise<unknown>; write: Write }> = {
  update: { write: (view, id, options) => view.update(id, { text: "Changed." }, ANA, options) },
  restore: {
    before: (id) => memos.update(id, { text: "Changed." }, ANA),
    write: (view, id, options) => view.restore(id, 1, ANA, options),
  },
  undo: {
    before: async (id) => {
      for (const text of ["Second.", "Third."]) await memos.update(id, { text }, ANA);
    },
    write: (view, id, options) => view.undo(id, ANA, options),
  },
  "undo of forgetting": {
    before: (id) => memos.forget(id, ANA),
    write: (view, id, options) => view.undo(id, ANA, options),
  },
  forget: { write: (view, id, options) => view.forget(id, ANA, options) },
  freeze: { write: (view, id, options) => view.lifecycle.freeze(id, ANA, options) },
  archive: { write: (view, id, options) => view.lifecycle.archive(id, ANA, options) },
  govern: { write: (view, id, options) => view.lifecycle.govern(id, { retention: "keep" }, ANA, options) },
  rollback: {
    before: (id) => memos.update(id, { text: "Changed." }, ANA),
    write: async (view, id, options) => {
      const { versions } = await memos.history(id, ANA);
      return view.time.rollback(id, versions[0]?.recordedAt ?? "", ANA, options);
    },
  },
};

let count = 0;
for (const [name, { before, write }] of Object.entries(WRITES)) {
  test(`${name} with a key happens once, and the first receipt comes back`, async () => {
    const id = await remember(memos, `A memory for ${name}.`, ANA);
    await before?.(id);
    const options = { idempotencyKey: `key ${++count}` };
    const first = await write(memos, id, options);
    const again = await write(memos, id, options);
    assert.deepEqual([first.replayed, again.replayed], [false, true]);
    assert.deepEqual(again.written, first.written);
    const other = await remember(memos, `Another for ${name}.`, ANA);
    await before?.(other);
    await assert.rejects(write(memos, other, options), refused("IDEMPOTENCY_MISMATCH"));
  });

  test(`${name} sent at once many times with a key happens once`, async () => {
    const id = await remember(memos, `At once, for ${name}.`, ANA);
    await before?.(id);
    const options = { idempotencyKey: `key ${++count}` };
    const receipts = await Promise.all(Array.from({ length: 8 }, () => write(memos, id, options)));
    assert.equal(receipts.filter(({ replayed }) => !replayed).length, 1);
    for (const { written } of receipts) assert.deepEqual(written, receipts[0]?.written);
  });
}

test("a merge, and its undoing, with a key happen once", async () => {
  const ids = [await remember(memos, "One half.", ANA), await remember(memos, "The other half.", ANA)];
  const merge = () => memos.lifecycle.merge(ids, ANA, { idempotencyKey: "merge" });
  const [first, again] = [await merge(), await merge()];
  assert.deepEqual([again.written, again.replayed], [first.written, true]);
  const unmerge = () =>
    memos.lifecycle.unmerge(first.written[0]?.id ?? "", ANA, { idempotencyKey: "unmerge" });
  const [apart, still] = [await unmerge(), await unmerge()];
  assert.deepEqual([still.written, still.replayed], [apart.written, true]);
});

test("a judgement with a key counts once", async () => {
  const id = await remember(memos, "Judged.", ANA);
  const judge = () => memos.lifecycle.feedback(id, "useful", ANA, { idempotencyKey: "judge" });
  await judge();
  const { cube } = await judge();
  assert.equal(cube.behaviour.useCount, 1);
});

test("principals do not meet in their keys", async () => {
  const view = memos.as({ tenant: "acme", kind: "user", id: "ana" });
  await memos.governance.createPrincipal({ tenant: "acme", kind: "user", id: "ana" });
  const [one, two] = [await remember(memos, "Hers.", ANA), await remember(memos, "The owner's.", ANA)];
  const options = { idempotencyKey: "the same" };
  for (const write of [WRITES["update"]?.write, WRITES["freeze"]?.write]) {
    await write?.(memos, two, options).catch(() => undefined);
    await write?.(view, one, options).catch(() => undefined);
  }
  assert.equal((await memos.get(one, ANA)).version, 2);
  assert.equal((await memos.get(two, ANA)).version, 2);
});

test("however often each of some changes is sent, each happens once and in its place", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 }),
      async (times) => {
        const id = await remember(memos, `Sent again ${++count}.`, ANA);
        const run = ++count;
        for (const [step, often] of times.entries())
          for (let sent = 0; sent < often; sent++)
            await memos.update(id, { text: `Step ${step}.` }, ANA, {
              ifVersion: step + 1,
              idempotencyKey: `${run} ${step}`,
            });
        assert.equal((await memos.get(id, ANA)).version, times.length + 1);
      },
    ),
    { numRuns: 10 },
  );
});
