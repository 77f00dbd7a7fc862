import { type MemCube, textOf } from "../../../memcube/index.js";

const NUMBER = /\p{N}+/gu;
const CAPITALISED = /(?<=[^\s.!?]\s)\p{Lu}[\p{L}\p{M}]+/gu;
const MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)";
const CALENDAR = new RegExp(`^(?:${MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)$`);

/** A date as it may be written; a number that is in none is a count of something. */
const DATE = new RegExp(
  `\\b\\d{4}-\\d{2}(?:-\\d{2})?\\b|\\b${MONTH} \\d{1,2}\\b(?:,? \\d{4}\\b)?|\\b\\d{1,2} ${MONTH}\\b(?:,? \\d{4}\\b)?|\\b(?:19|20)\\d{2}\\b`,
  "g",
);

/** Numbers and names of a sentence are those of the turns and their speakers, dates are worked out from theirs. */
export function isGrounded(sentence: string, from: readonly MemCube[]): boolean {
  const said = from
    .map((cube) => `${cube.provenance.actor} ${textOf(cube) ?? ""}`)
    .join(" ")
    .toLowerCase();
  const numbers = new Set(said.match(NUMBER) ?? []);
  const inDates = new Set(numbers);
  for (const { time } of from)
    for (const number of daysAround(time.occurredAt ?? time.recordedAt)) inDates.add(number);
  const dated = sentence.match(DATE)?.flatMap((date) => date.match(NUMBER) ?? []) ?? [];
  const counted = sentence.replace(DATE, " ").match(NUMBER) ?? [];
  return (
    dated.every((number) => inDates.has(number)) &&
    counted.every((number) => numbers.has(number)) &&
    (sentence.match(CAPITALISED) ?? []).every(
      (name) => CALENDAR.test(name) || said.includes(name.toLowerCase()),
    )
  );
}

/** Days to either side of a turn that its "last week" or "tomorrow" may mean. */
const REACH_DAYS = 14;

/** The numbers with which the dates around an instant are written, and the years before and after. */
function daysAround(instant: string): Set<string> {
  const numbers = new Set<string>();
  const middle = Date.parse(instant);
  const thisYear = new Date(middle).getUTCFullYear();
  for (const year of [thisYear - 1, thisYear + 1]) numbers.add(String(year));
  for (let day = -REACH_DAYS; day <= REACH_DAYS; day++) {
    const [year = "", month = "", date = ""] = new Date(middle + day * 86_400_000)
      .toISOString()
      .slice(0, 10)
      .split("-");
    for (const number of [year, month, date, String(Number(month)), String(Number(date))])
      numbers.add(number);
  }
  return numbers;
}
