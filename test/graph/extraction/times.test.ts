import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { timesIn } from "../../../graph/extraction/times.js";

const MONDAY = new Date("2023-05-08T13:56:00Z");

function read(text: string, reference: Date | undefined = MONDAY): string[] {
  return timesIn(text, reference).map(({ text: found, from, to, precision }) => {
    const short = (iso: string) => iso.replace(/T00:00:00\.000Z$/u, "").replace(/:00\.000Z$/u, "");
    return `${found}: ${short(from)} to ${short(to)} ${precision}`;
  });
}

/** Texts with one expression, and its period. */
const RELATIVE: [text: string, period: string][] = [
  ["We met yesterday.", "yesterday: 2023-05-07 to 2023-05-08 day"],
  ["today", "today: 2023-05-08 to 2023-05-09 day"],
  ["I ran last Friday", "last Friday: 2023-05-05 to 2023-05-06 day"],
  ["We met two weeks ago", "two weeks ago: 2023-04-24 to 2023-05-01 week"],
  ["last week was hard", "last week: 2023-05-01 to 2023-05-08 week"],
  ["last weekend", "last weekend: 2023-05-06 to 2023-05-08 weekend"],
  ["two weekends ago", "two weekends ago: 2023-04-29 to 2023-05-01 weekend"],
  ["next month", "next month: 2023-06-01 to 2023-07-01 month"],
  ["a month ago", "a month ago: 2023-04-01 to 2023-05-01 month"],
  ["last year", "last year: 2022-01-01 to 2023-01-01 year"],
  ["ten years ago", "ten years ago: 2013-01-01 to 2014-01-01 year"],
  ["last summer", "last summer: 2022-06-01 to 2022-09-01 season"],
  ["this summer", "this summer: 2023-06-01 to 2023-09-01 season"],
  ["next winter", "next winter: 2023-12-01 to 2024-03-01 season"],
  ["on May 7", "May 7: 2023-05-07 to 2023-05-08 day"],
  ["in ten minutes", "in ten minutes: 2023-05-08T14:06 to 2023-05-08T14:07 instant"],
  ["today at 5pm", "today at 5pm: 2023-05-08T17:00 to 2023-05-08T17:01 instant"],
  ["tomorrow at 3", "tomorrow at 3: 2023-05-09 to 2023-05-10 day"],
];

const ABSOLUTE: [text: string, period: string][] = [
  ["in March 2019", "March 2019: 2019-03-01 to 2019-04-01 month"],
  ["on 7 May 2023", "7 May 2023: 2023-05-07 to 2023-05-08 day"],
  ["August 12, 1911", "August 12, 1911: 1911-08-12 to 1911-08-13 day"],
  ["2023-05-07", "2023-05-07: 2023-05-07 to 2023-05-08 day"],
  ["since 2016", "2016: 2016-01-01 to 2017-01-01 year"],
  ["a 1999 film", "1999: 1999-01-01 to 2000-01-01 year"],
  ["from 2010 to 2015", "2010 to 2015: 2010-01-01 to 2016-01-01 range"],
  ["between 1990 and 1995", "1990 and 1995: 1990-01-01 to 1996-01-01 range"],
  ["Rui (1914–1918)", "1914–1918: 1914-01-01 to 1919-01-01 range"],
  ["in the 1990s", "1990s: 1990-01-01 to 2000-01-01 decade"],
  ["in the '90s", "'90s: 1990-01-01 to 2000-01-01 decade"],
  ["in the 19th century", "19th century: 1801-01-01 to 1901-01-01 century"],
  ["in the eighteenth century", "eighteenth century: 1701-01-01 to 1801-01-01 century"],
  ["summer of 2019", "summer of 2019: 2019-06-01 to 2019-09-01 season"],
  ["died 11 November 875", "11 November 875: 0875-11-11 to 0875-11-12 day"],
  ["12 March 1871 – 4 July 1930", "12 March 1871 – 4 July 1930: 1871-03-12 to 1930-07-05 range"],
];

test("relative expressions are resolved against the date of their text", () => {
  for (const [text, period] of RELATIVE) assert.deepEqual(read(text), [period], text);
});

test("absolute expressions mean the same with and without a reference", () => {
  for (const [text, period] of ABSOLUTE) {
    assert.deepEqual(read(text), [period], text);
    assert.deepEqual(
      timesIn(text, undefined).map((time) => time.from),
      timesIn(text, MONDAY).map((time) => time.from),
      text,
    );
  }
});

test("without a reference, or with an invalid one, relative expressions are not resolved", () => {
  for (const [text] of RELATIVE)
    for (const reference of [undefined, new Date(Number.NaN)])
      assert.deepEqual(timesIn(text, reference), [], text);
});

test("numbers and words that are no times are left alone", () => {
  for (const text of [
    "I have 2000 cats",
    "in 2000 cases",
    "1,500 people came",
    "room 1204",
    "the sun is out and I may sing",
    "give me a second",
    "three days later",
    "the year before",
    "version 1.2.3",
  ])
    assert.deepEqual(read(text), [], text);
});

test("one text can hold several expressions", () => {
  assert.deepEqual(read("Born in 1990. We moved last year and in May 2021."), [
    "1990: 1990-01-01 to 1991-01-01 year",
    "last year: 2022-01-01 to 2023-01-01 year",
    "May 2021: 2021-05-01 to 2021-06-01 month",
  ]);
});

test("spans lie in any text, in order, and hold the expression; periods do not end before they begin", () => {
  const pieces = [...RELATIVE, ...ABSOLUTE].map(([text]) => text);
  const text = fc
    .array(fc.oneof(fc.constantFrom(...pieces, ". ", " and ", "\n"), fc.string({ unit: "binary" })))
    .map((parts) => parts.join(" "));
  const reference = fc.option(fc.date({ noInvalidDate: false }), { nil: undefined });
  fc.assert(
    fc.property(text, reference, (input, at) => {
      let end = 0;
      for (const time of timesIn(input, at)) {
        assert.ok(time.span[0] >= end && time.span[1] <= input.length);
        assert.equal(input.slice(...time.span), time.text);
        assert.ok(time.from < time.to);
        end = time.span[1];
      }
      assert.deepEqual(timesIn(input, at), timesIn(input, at));
    }),
    { numRuns: 60 },
  );
});

test("the time zone of the machine changes nothing", () => {
  const module = new URL("../../../graph/extraction/times.js", import.meta.url);
  const texts = JSON.stringify([...RELATIVE, ...ABSOLUTE].map(([text]) => text));
  const script = `import { timesIn } from ${JSON.stringify(module.href)};
    const at = new Date("2023-05-08T23:30:00Z");
    console.log(JSON.stringify(${texts}.map((text) => timesIn(text, at))));`;
  const outputs = ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Europe/Lisbon"].map((zone) => {
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      env: { ...process.env, TZ: zone },
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      encoding: "utf8",
    });
    assert.ok(stdout.length > 100, stderr);
    return stdout;
  });
  assert.equal(new Set(outputs).size, 1);
});
