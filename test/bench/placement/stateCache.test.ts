import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { COSTS } from "../../../bench/placement/costs.js";
import { LruStates, TieredStates } from "../../../bench/placement/stateCache.js";
import { DAY } from "../../../bench/placement/synthetic.js";
import { excess } from "../../../memos/activation/stateQuota.js";
import type { ActivationFile } from "../../../memos/store/activationLedger.js";

const STATE = 300 * 12_300;
const SETTINGS = {
  fileBytes: 4.5 * STATE,
  compressedBytes: 3.5 * COSTS.kv.compressedShare * STATE,
  coldDays: 30,
  compressedShare: COSTS.kv.compressedShare,
  placement: {},
};
const blockOf = (owner: number, version: number) => ({ chain: [owner * 1_000 + version], tokens: [300] });

/** The same by the product's rule for quotas, which sorts everything every time. */
class Sorted {
  files: ActivationFile[] = [];
  readonly #beginnings = new Map<string, number>();
  #made = 0;

  used(beginning: number): void {
    this.files = this.files.map((one) =>
      this.#beginnings.get(one.id) === beginning ? { ...one, uses: one.uses + 1 } : one,
    );
  }

  compiled(beginning: number): void {
    const id = String(++this.#made).padStart(12, "0");
    const others = this.files.filter((one) => this.#beginnings.get(one.id) !== beginning);
    this.#beginnings.set(id, beginning);
    const made = { id, sha256: id, bytes: STATE, tier: "file" as const, tokens: 300, uses: 0, lastUsedAt: 0 };
    this.files = [...others, made];
    const squeezed = excess(this.files, "file", SETTINGS.fileBytes);
    this.files = this.files.map((one) =>
      squeezed.includes(one)
        ? { ...one, tier: "compressed", bytes: Math.round(STATE * COSTS.kv.compressedShare) }
        : one,
    );
    const dropped = excess(this.files, "compressed", SETTINGS.compressedBytes);
    this.files = this.files.filter((one) => !dropped.includes(one));
  }
}

test("what the simulator compresses and drops is what the product's rule names", () => {
  const prompts = fc.array(fc.tuple(fc.nat(11), fc.nat(2)), { minLength: 1, maxLength: 200 });
  const placed = (files: readonly ActivationFile[]) =>
    files.map(({ id, tier, uses }) => `${id} ${tier} ${uses}`).sort();
  fc.assert(
    fc.property(prompts, (given) => {
      const cache = new TieredStates(SETTINGS);
      const sorted = new Sorted();
      for (const [place, [owner, version]] of given.entries()) {
        const block = blockOf(owner, version);
        const found = cache.find(owner, block) !== undefined;
        if (found) sorted.used(block.chain[0] as number);
        const ms = cache.answered(owner, block, found, (place * DAY) / 20);
        if (ms > 0) sorted.compiled(block.chain[0] as number);
        assert.deepEqual(placed(cache.files()), placed(sorted.files));
      }
    }),
    { numRuns: 100 },
  );
});

test("a prompt is served by the longest beginning that is stored, also of an earlier block", () => {
  const cache = new TieredStates(SETTINGS);
  const before = { chain: [1, 2], tokens: [300, 300] };
  for (let use = 0; use < 3; use++) cache.answered(0, before, false, use);
  assert.deepEqual(pick(cache.find(0, before)), { tier: "file", tokens: 600 });
  const after = { chain: [1, 3], tokens: [300, 360] };
  assert.equal(cache.find(0, after), undefined);
  cache.answered(0, { chain: [1], tokens: [300] }, false, 4);
  assert.deepEqual(pick(cache.find(0, after)), { tier: "file", tokens: 300 });
});

function pick(found: { readonly tier: string; readonly tokens: number } | undefined) {
  return found === undefined ? undefined : { tier: found.tier, tokens: found.tokens };
}

test("the baseline gives up what was used longest ago", () => {
  const cache = new LruStates({ ...SETTINGS, fileBytes: 2 * STATE, compressedBytes: 0 });
  for (const owner of [1, 2, 1, 3]) cache.answered(owner, blockOf(owner, 0));
  assert.deepEqual(
    [1, 2, 3].map((owner) => cache.find(owner, blockOf(owner, 0)) !== undefined),
    [true, false, true],
  );
  assert.equal(cache.dropped, 1);
});
