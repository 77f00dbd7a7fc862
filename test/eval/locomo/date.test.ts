import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLocomoDate } from "../../../eval/locomo/date.js";

test("reads the dates of LoCoMo as UTC", () => {
  assert.equal(parseLocomoDate("1:56 pm on 8 May, 2023"), "2023-05-08T13:56:00.000Z");
  assert.equal(parseLocomoDate("12:48 am on 1 February, 2023"), "2023-02-01T00:48:00.000Z");
  assert.equal(parseLocomoDate("12:05 pm on 29 February, 2024"), "2024-02-29T12:05:00.000Z");
});

const UNREADABLE = [
  "",
  "8 May 2023",
  "13:56 pm on 8 May, 2023",
  "0:10 am on 8 May, 2023",
  "1:60 pm on 8 May, 2023",
  "1:56 PM on 8 May, 2023",
  "1:56 pm on 8 Mai, 2023",
  "1:56 pm on 31 June, 2023",
  "1:56 pm on 29 February, 2023",
  "1:56 pm on 0 May, 2023",
  " 1:56 pm on 8 May, 2023",
  "1:56 pm on 8 May, 2023 or so",
];

for (const text of UNREADABLE)
  test(`refuses "${text}"`, () => {
    assert.throws(() => parseLocomoDate(text), { code: "INVALID_INPUT" });
  });
