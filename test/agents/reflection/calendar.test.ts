import assert from "node:assert/strict";
import { test } from "node:test";
import { daysInWords } from "../../../agents/reflection/calendar.js";

const SAID: readonly (readonly [days: string[], words: string])[] = [
  [
    ["2026-01-05", "2026-01-12", "2026-01-26", "2026-02-02"],
    "on 4 days between 2026-01-05 and 2026-02-02: on 4 of the 5 Mondays in that time",
  ],
  [["2026-01-05", "2026-01-14", "2026-03-02"], "on 3 days between 2026-01-05 and 2026-03-02"],
  // Mondays, but of few of them is anything known.
  [["2026-01-05", "2026-03-02", "2026-06-01"], "on 3 days between 2026-01-05 and 2026-06-01"],
  [
    ["2026-01-01", "2026-01-11", "2026-01-21", "2026-02-01"],
    "on 4 days between 2026-01-01 and 2026-02-01: 10 to 11 days apart",
  ],
  [
    ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"],
    "on 4 days between 2026-02-27 and 2026-03-02: one after the other",
  ],
  [["2026-01-05", "2026-01-12"], "on 2 days between 2026-01-05 and 2026-01-12"],
];

for (const [days, words] of SAID)
  test(`${days.length} days are said as they were: ${words}`, () => {
    assert.equal(daysInWords(days), words);
  });
