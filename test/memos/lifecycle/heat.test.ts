import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  COLD_HEAT,
  coldAt,
  FULL_REST_DAYS,
  HALF_LIFE_DAYS,
  heatAfter,
  heatAt,
  NEW_DAYS,
  USES,
  type UseKind,
  useFactor,
} from "../../../memos/lifecycle/heat.js";

const DAY = 86_400_000;
const heats = fc.record({
  heat: fc.double({ min: 0, max: 1_000, noNaN: true }),
  at: fc.integer({ min: 0, max: 4e12 }),
});
const times = fc.integer({ min: 0, max: 4e12 });
const kinds = fc.constantFrom(...(Object.keys(USES) as UseKind[]));
const near = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, a, b);

test("heat halves every half-life, wherever it is looked at in between", () => {
  fc.assert(
    fc.property(heats, fc.integer({ min: 0, max: 2_000 }), (heat, days) => {
      const half = heatAt(heat, heat.at + HALF_LIFE_DAYS * DAY);
      assert.ok(near(half, heat.heat / 2));
      const later = heat.at + days * DAY;
      const onTheWay = { heat: heatAt(heat, later), at: later };
      assert.ok(near(heatAt(onTheWay, later + DAY), heatAt(heat, later + DAY)));
    }),
  );
});

test("heat never grows by waiting, and a clock set back neither adds nor takes heat", () => {
  fc.assert(
    fc.property(heats, times, times, (heat, a, b) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)];
      assert.ok(heatAt(heat, first) >= heatAt(heat, second));
      if (first < heat.at) assert.equal(heatAt(heat, first), heat.heat);
      assert.ok(heatAfter(heat, "recalled", first).at >= heat.at);
    }),
  );
});

test("a use after a rest counts more, up to double", () => {
  fc.assert(
    fc.property(times, fc.integer({ min: 0, max: 400 }), kinds, (at, days, kind) => {
      const gain = (rest: number) => heatAfter({ heat: 0, at }, kind, at + rest * DAY).heat;
      assert.ok(gain(days) <= gain(days + 1));
      assert.ok(gain(days) >= USES[kind].adds);
      assert.ok(gain(days) <= 2 * USES[kind].adds + 1e-9);
    }),
  );
  const gained = heatAfter({ heat: 0, at: 0 }, "cited", FULL_REST_DAYS * DAY).heat;
  assert.ok(near(gained, 2 * USES.cited.adds));
});

test("being confirmed counts more than being cited, and that more than being recalled; doubts cool", () => {
  fc.assert(
    fc.property(heats, times, (heat, now) => {
      const after = (kind: UseKind) => heatAfter(heat, kind, now).heat;
      assert.ok(after("confirmed") > after("cited") && after("cited") > after("recalled"));
      assert.ok(after("recalled") >= heatAt(heat, now));
      assert.ok(after("wrong") <= after("outdated") && after("outdated") <= heatAt(heat, now));
    }),
  );
});

test("use moves a score by a factor from 0.7 to 1.2, up with heat and priority, down with doubts", () => {
  const counts = fc.integer({ min: 0, max: 1e6 });
  fc.assert(
    fc.property(
      fc.integer({ min: -100, max: 100 }),
      counts,
      counts,
      counts,
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      (priority, useful, wrong, outdated, heat) => {
        const feedback = { useful, wrong, outdated };
        const factor = useFactor({ priority, feedback }, heat);
        assert.ok(factor >= 0.7 - 1e-9 && factor <= 1.2 + 1e-9, String(factor));
        assert.ok(useFactor({ priority, feedback }, heat + 1) >= factor);
        assert.ok(
          useFactor({ priority, feedback: { ...feedback, wrong: wrong + 1 } }, heat) <= factor + 1e-12,
        );
        if (priority < 100) assert.ok(useFactor({ priority: priority + 1, feedback }, heat) > factor);
      },
    ),
  );
  assert.equal(useFactor({ priority: 0, feedback: { useful: 0, wrong: 0, outdated: 0 } }, 0), 1);
});

test("a cube turns cold when its heat falls to the bound, and not before it counts as old", () => {
  fc.assert(
    fc.property(heats, times, (heat, changedAt) => {
      const cold = coldAt(heat, changedAt);
      assert.ok(cold >= changedAt + NEW_DAYS * DAY);
      assert.ok(heatAt(heat, cold) <= COLD_HEAT + 1e-9);
    }),
  );
  assert.equal(coldAt({ heat: 0, at: null }, 0), NEW_DAYS * DAY);
});
