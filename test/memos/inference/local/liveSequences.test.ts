import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LiveSequences, type Sequence } from "../../../../memos/inference/local/liveSequences.js";
import { Turns } from "../../../../memos/inference/local/turns.js";

class FakeSequence implements Sequence {
  contextTokens: number[] = [];

  async clearHistory(): Promise<void> {
    this.contextTokens = [];
  }
}

function sequences(count: number) {
  const all = Array.from({ length: count }, () => new FakeSequence());
  return { all, live: new LiveSequences(all) };
}

/** Evaluates a prompt as the engine does: what is shared stays, the rest is replaced. */
async function evaluate(
  live: LiveSequences<FakeSequence>,
  adapters: string,
  prompt: number[],
): Promise<number> {
  const lease = await live.lease(adapters, prompt);
  assert.deepEqual(lease.sequence.contextTokens.slice(0, lease.shared), prompt.slice(0, lease.shared));
  lease.sequence.contextTokens = [...prompt];
  await lease.release();
  return lease.shared;
}

const range = (start: number, count: number) => Array.from({ length: count }, (_, at) => start + at);

test("a conversation that goes on gets the sequence that it is in", async () => {
  const { live } = sequences(2);
  await evaluate(live, "", range(0, 10));
  await evaluate(live, "", range(100, 10));
  assert.equal(await evaluate(live, "", range(0, 15)), 10);
  assert.equal(await evaluate(live, "", range(100, 12)), 10);
});

test("nothing is shared between adapters, whatever the tokens", async () => {
  const { live } = sequences(2);
  await evaluate(live, "a", range(0, 10));
  assert.equal(await evaluate(live, "b", range(0, 10)), 0);
  assert.equal(await evaluate(live, "a", range(0, 10)), 10);
  assert.equal(await evaluate(live, "b", range(0, 10)), 10);
});

test("a long conversation is not thrown away for a short beginning that it shares", async () => {
  const { live } = sequences(2);
  await evaluate(live, "", range(0, 100));
  assert.equal(await evaluate(live, "", [...range(0, 5), ...range(500, 5)]), 0);
  assert.equal(await evaluate(live, "", range(0, 101)), 100);
});

test("what is cheap to evaluate again goes first, and what is not used for long goes in the end", async () => {
  const { live } = sequences(2);
  await evaluate(live, "", range(0, 100));
  for (let turn = 1; turn <= 4; turn++) await evaluate(live, "", range(turn * 1_000, 40));
  // Four times 40 tokens came and went, and with each the long one grew older.
  assert.equal(await evaluate(live, "", range(0, 100)), 0);
});

test("requests wait in order while all sequences are in use, and none is given to two", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.tuple(fc.nat(2), fc.nat(3)), { minLength: 1, maxLength: 12 }),
      fc.scheduler(),
      async (count, requests, scheduler) => {
        const { live } = sequences(count);
        const held = new Set<FakeSequence>();
        await scheduler.waitFor(
          Promise.all(
            requests.map(async ([adapters, start]) => {
              await scheduler.schedule(Promise.resolve());
              const lease = await live.lease(String(adapters), range(start, 5));
              assert.ok(!held.has(lease.sequence));
              held.add(lease.sequence);
              await scheduler.schedule(Promise.resolve());
              held.delete(lease.sequence);
              await lease.release();
            }),
          ),
        );
        assert.equal(held.size, 0);
      },
    ),
  );
});

test("work under the adapters of the moment does not overtake what waits for others", async () => {
  const turns = new Turns();
  const order: string[] = [];
  let end = (): void => {};
  const first = turns.run("a", () => new Promise<void>((resolve) => (end = resolve)));
  const second = turns.run("b", async () => void order.push("b"));
  const third = turns.run("a", async () => void order.push("a"));
  end();
  await Promise.all([first, second, third]);
  assert.deepEqual(order, ["b", "a"]);
});

test("work under different adapters never overlaps, and none waits for ever", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(2), { minLength: 1, maxLength: 12 }),
      fc.scheduler(),
      async (keys, scheduler) => {
        const turns = new Turns();
        const running: string[] = [];
        const done: number[] = [];
        await scheduler.waitFor(
          Promise.all(
            keys.map((key, number) =>
              turns
                .run(String(key), async () => {
                  running.push(String(key));
                  assert.ok(running.every((each) => each === String(key)));
                  await scheduler.schedule(Promise.resolve());
                  running.splice(running.indexOf(String(key)), 1);
                  done.push(number);
                  if (number % 5 === 4) throw new Error("work that fails makes room too");
                })
                .catch(() => undefined),
            ),
          ),
        );
        assert.equal(done.length, keys.length);
      },
    ),
  );
});
