import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { againstHot } from "../../../memos/activation/hotMark.js";
import { bytesOf, coldStates, deservesAFile, excess, worthOf } from "../../../memos/activation/stateQuota.js";
import type { ActivationFile } from "../../../memos/store/activationLedger.js";

const DAY = 86_400_000;

const files: fc.Arbitrary<ActivationFile[]> = fc.uniqueArray(
  fc.record({
    id: fc.stringMatching(/^[a-z]{1,4}$/),
    sha256: fc.constant("0"),
    bytes: fc.integer({ min: 1, max: 1_000 }),
    tokens: fc.integer({ min: 1, max: 100 }),
    uses: fc.nat(9),
    tier: fc.constantFrom("file" as const, "compressed" as const),
    lastUsedAt: fc.nat(100 * DAY),
  }),
  { selector: ({ id }) => id, maxLength: 30 },
);

test("what is over a quota goes, the least worth first, and no more than must", () => {
  fc.assert(
    fc.property(
      files,
      fc.nat(10_000),
      fc.constantFrom("file" as const, "compressed" as const),
      (all, quota, tier) => {
        const gone = excess(all, tier, quota);
        const kept = all.filter((one) => !gone.includes(one));
        assert.ok(gone.every((one) => one.tier === tier));
        assert.ok(bytesOf(kept, tier) <= quota);
        const worth = kept.filter((one) => one.tier === tier).map(worthOf);
        assert.ok(gone.every((one) => worth.every((other) => worthOf(one) <= other)));
        const last = gone.at(-1);
        if (last !== undefined) assert.ok(bytesOf(kept, tier) + last.bytes > quota);
      },
    ),
  );
});

test("a state is cold when nothing has begun with it for the days that are set", () => {
  fc.assert(
    fc.property(files, fc.integer({ min: 1, max: 60 }), (all, days) => {
      const now = 100 * DAY;
      const cold = coldStates(all, now, days);
      for (const one of all) assert.equal(cold.includes(one), one.lastUsedAt < now - days * DAY);
    }),
  );
});

test("a compressed state becomes a file again after a use, when there is room", () => {
  const state = { tier: "compressed", uses: 1, bytes: 10 } as const;
  assert.equal(deservesAFile(state, { present: 60, quota: 100 }), true);
  assert.equal(deservesAFile(state, { present: 61, quota: 100 }), false);
  assert.equal(deservesAFile({ ...state, uses: 0 }, { present: 0, quota: 100 }), false);
  assert.equal(deservesAFile({ ...state, tier: "file" }, { present: 0, quota: 100 }), false);
});

test("a hot memory comes in at one mark and leaves at a lower one", () => {
  const marks = { enterHeat: 2, leaveHeat: 1, enterChangesPerWeek: 0.5, leaveChangesPerWeek: 2 };
  assert.equal(againstHot({ heat: 1.5, changesPerWeek: 0 }, false, marks), "cold");
  assert.equal(againstHot({ heat: 1.5, changesPerWeek: 0 }, true, marks), undefined);
  assert.equal(againstHot({ heat: 0.9, changesPerWeek: 0 }, true, marks), "cold");
  assert.equal(againstHot({ heat: 3, changesPerWeek: 1 }, false, marks), "changing");
  assert.equal(againstHot({ heat: 3, changesPerWeek: 1 }, true, marks), undefined);
});
