import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { IndexCache } from "../../../bench/placement/indexCache.js";
import { CORE_LINES, LINE_TOKENS, OwnerMemory } from "../../../bench/placement/ownerMemory.js";
import { DAY } from "../../../bench/placement/synthetic.js";
import { seededRandom } from "../../../eval/metrics/index.js";
import { OPEN_PARTITIONS } from "../../../memos/store/index/searchIndex.js";

const OWNER = { tenant: 0, cubes: 1_000, agent: false, sessionsPerDay: 1 };

function memoryOf(seed: number): OwnerMemory {
  let numbers = 0;
  return new OwnerMemory(OWNER, seededRandom(seed), () => ++numbers);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test("a block begins as core memory, grows with what is used, and stays within its tokens", () => {
  fc.assert(
    fc.property(fc.nat(1_000), (seed) => {
      const memory = memoryOf(seed);
      assert.deepEqual(memory.block(0).tokens, [CORE_LINES * LINE_TOKENS]);
      let before = memory.block(0);
      for (let turn = 1; turn <= 300; turn++) {
        memory.asked((turn * DAY) / 4);
        memory.add(2, false);
        const block = memory.block((turn * DAY) / 4);
        assert.ok(sum(block.tokens) <= 4_096);
        assert.equal(block.chain.length, block.tokens.length);
        // Sets whose tokens are the same all the way to them have not changed, while nobody leaves.
        const differs = block.tokens.findIndex((tokens, set) => tokens !== before.tokens[set]);
        const same = differs === -1 ? block.chain.length : differs;
        assert.deepEqual(block.chain.slice(0, same), before.chain.slice(0, same));
        assert.ok(block.chain.slice(same).every((number) => !before.chain.includes(number)));
        before = block;
      }
      assert.ok(before.tokens.length > 1, "what is asked for every day is hot");
    }),
    { numRuns: 20 },
  );
});

test("a core memory changes the whole block, and months without use leave only core memory", () => {
  const memory = memoryOf(1);
  for (let turn = 1; turn <= 100; turn++) {
    memory.asked((turn * DAY) / 4);
    memory.block((turn * DAY) / 4);
  }
  const before = memory.block(25 * DAY);
  assert.equal(memory.block(26 * DAY).chain, before.chain, "nothing has changed");
  memory.add(1, true);
  const after = memory.block(26 * DAY);
  assert.ok(after.chain.every((number) => !before.chain.includes(number)));
  assert.equal(sum(after.tokens), sum(before.tokens) + LINE_TOKENS);
  assert.equal(sum(memory.block(2_000 * DAY).tokens), (CORE_LINES + 1) * LINE_TOKENS);
});

test("partitions stay open for so many tenants, and tables on disk within their bytes", () => {
  const rows = new Map(Array.from({ length: 600 }, (_, tenant) => [tenant, 100] as const));
  const index = new IndexCache(rows, { bytesPerRow: 10, cacheBytes: 400 * 1_000 });
  const tierOf = (tenant: number) => index.search(tenant, 0).tier;
  for (let tenant = 0; tenant < 600; tenant++)
    assert.equal(tierOf(tenant), "object", "nothing is here at first");
  assert.equal(tierOf(599), "open");
  assert.equal(tierOf(600 - OPEN_PARTITIONS), "open");
  assert.equal(tierOf(250), "disk");
  assert.equal(tierOf(0), "object");
  assert.ok(index.localBytes() <= 400_000);
  const [near, far] = [index.search(249, 0), index.search(1, 0)];
  assert.ok(near.tier === "disk" && far.tier === "object" && far.ms > near.ms);
});
