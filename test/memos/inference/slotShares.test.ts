import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type SlotShare, SlotShares } from "../../../memos/inference/slotShares.js";
import { refused } from "../support.js";

const NEVER = new AbortController().signal;
const SLOTS = 3;
const three = async () => SLOTS;

/** Whether a promise is still open when everything that can happen has happened. */
async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  let waiting = true;
  promise.then(
    () => {
      waiting = false;
    },
    () => {
      waiting = false;
    },
  );
  await new Promise((resolve) => setImmediate(resolve));
  return waiting;
}

describe("slots that salts share", () => {
  test("are the server's choice while there is one salt", async () => {
    const shares = new SlotShares(true);
    for (let time = 0; time < 4; time++) {
      const { slot, reuse } = await shares.take("a", undefined, three, NEVER);
      assert.deepEqual([slot, reuse], [undefined, true]);
    }
  });

  test("are asked of nobody who has only one salt", async () => {
    const shares = new SlotShares(true);
    await shares.take("a", undefined, () => Promise.reject(new Error("asked")), NEVER);
  });

  test("are given to a second salt when those without a place have ended", async () => {
    const shares = new SlotShares(true);
    const first = await shares.take("a", undefined, three, NEVER);
    const second = shares.take("b", undefined, three, NEVER);
    assert.ok(await isWaiting(second));
    first.release();
    const { slot, reuse } = await second;
    assert.ok(slot !== undefined && !reuse);
  });

  test("hold the prompts of a salt for the next request of it", async () => {
    const shares = new SlotShares(true);
    (await shares.take("a", undefined, three, NEVER)).release();
    const before = await shares.take("b", undefined, three, NEVER);
    before.release();
    const own = await shares.take("a", undefined, three, NEVER);
    own.release();
    const after = await shares.take("b", undefined, three, NEVER);
    assert.deepEqual([after.slot, after.reuse], [before.slot, true]);
    assert.notEqual(own.slot, after.slot);
  });

  test("hold nothing for anybody where prompts are kept beside them", async () => {
    const shares = new SlotShares(false);
    (await shares.take("a", undefined, three, NEVER)).release();
    for (const salt of ["b", "a", "b"]) {
      const share = await shares.take(salt, undefined, three, NEVER);
      assert.deepEqual([share.slot, share.reuse], [undefined, false]);
    }
  });

  test("that were filled from a file are gone on from once, by whoever names them", async () => {
    const shares = new SlotShares(true);
    (await shares.take("a", undefined, three, NEVER)).release();
    (await shares.take("b", undefined, three, NEVER)).release();
    shares.restored(2);
    const named = await shares.take("b", 2, three, NEVER);
    named.release();
    const other = await shares.take("a", 2, three, NEVER);
    assert.deepEqual([named.reuse, other.reuse], [true, false]);
  });

  test("are waited for no longer than the caller wants", async () => {
    const shares = new SlotShares(true);
    await shares.take("a", undefined, three, NEVER);
    const stop = new AbortController();
    const waiting = shares.take("b", undefined, three, stop.signal);
    stop.abort();
    await assert.rejects(waiting, refused("ABORTED"));
  });

  test("never let a request go on from what another salt has left, whatever the order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            salt: fc.constantFrom("a", "b", "c"),
            wanted: fc.option(fc.nat(SLOTS - 1), { nil: undefined, freq: 4 }),
            end: fc.nat(),
          }),
          { maxLength: 40 },
        ),
        async (requests) => {
          const shares = new SlotShares(true);
          /** Salts whose requests may still reach a slot, and of what the last one left there. */
          const running: { salt: string; share: SlotShare }[] = [];
          const left = new Map<number, string>();
          const begun: Promise<void>[] = [];
          const salts = new Set<string>();
          for (const { salt, wanted, end } of requests) {
            salts.add(salt);
            begun.push(
              shares.take(salt, wanted, three, NEVER).then((share) => {
                running.push({ salt, share });
                const { slot } = share;
                if (slot === undefined) return;
                const beside = running.filter((one) => one.share.slot === slot).map((one) => one.salt);
                assert.deepEqual(new Set(beside), new Set([salt]));
                if (share.reuse && salts.size > 1) assert.equal(left.get(slot) ?? salt, salt);
                left.set(slot, salt);
              }),
            );
            await new Promise((resolve) => setImmediate(resolve));
            if (running.length > 0) running.splice(end % running.length, 1)[0]?.share.release();
          }
          // Whoever waits has his turn once the others have ended.
          let open = begun.length;
          for (const one of begun) one.finally(() => open--).catch(() => {});
          while (open > 0) {
            for (const { share } of running.splice(0)) share.release();
            await new Promise((resolve) => setImmediate(resolve));
          }
          await Promise.all(begun);
        },
      ),
      { numRuns: 100 },
    );
  });
});
