import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { instantSchema } from "../../memcube/index.js";
import { arbitraryInstant } from "./arbitrary.js";

test("an instant is kept in UTC with milliseconds", () => {
  assert.equal(instantSchema.parse("2026-03-02T09:30:00+02:00"), "2026-03-02T07:30:00.000Z");
  assert.equal(instantSchema.parse("2026-03-02T09:30:00.123456Z"), "2026-03-02T09:30:00.123Z");
});

test("an instant that was accepted is accepted again and stays the same", () => {
  const minutes = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
  const withOffset = fc.tuple(arbitraryInstant, minutes).map(([instant, offset]) => {
    const [hours, rest] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60];
    const clock = `${hours}`.padStart(2, "0").concat(":", `${rest}`.padStart(2, "0"));
    return instant.replace("Z", `${offset < 0 ? "-" : "+"}${clock}`);
  });
  fc.assert(
    fc.property(fc.oneof(withOffset, fc.string()), (text) => {
      const { data } = instantSchema.safeParse(text);
      if (data !== undefined) assert.equal(instantSchema.parse(data), data);
    }),
    { numRuns: 2_000 },
  );
});

test("an instant that its offset moves out of the years 0000 to 9999 is refused", () => {
  assert.equal(instantSchema.safeParse("9999-12-31T23:59:59-00:01").success, false);
  assert.equal(instantSchema.safeParse("0000-01-01T00:00:00+00:01").success, false);
  assert.equal(instantSchema.parse("9999-12-31T23:59:59.999Z"), "9999-12-31T23:59:59.999Z");
});

test("a day or an hour that does not exist is refused", () => {
  for (const text of [
    "2026-02-30T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:00:00+99:99",
    "2026-01-01",
  ])
    assert.equal(instantSchema.safeParse(text).success, false, text);
});
