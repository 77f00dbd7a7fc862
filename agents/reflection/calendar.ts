const DAY_MS = 86_400_000;

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

/** Days of a weekday until it is named, their share of all days, and of such weekdays in the time between. */
const WEEKDAY_TIMES = 3;
const WEEKDAY_SHARE = 0.75;
const WEEKDAY_KEPT = 0.5;

/** How far one interval may be from the middle one: by its share, or by a day. */
const INTERVAL_TOLERANCE = 0.25;

/**
 * When something was, in words that claim no more than the days do: how many, between which, and the weekday or the
 * interval where there is one. Two weeks of Mondays are not "every Monday".
 *
 * @param days ISO dates, each once, in order; at least two.
 * @example
 * daysInWords(["2026-01-05", "2026-01-12", "2026-01-26"]);
 * // "on 3 days between 2026-01-05 and 2026-01-26: on 3 of the 4 Mondays in that time"
 */
export function daysInWords(days: readonly string[]): string {
  const numbers = days.map(dayNumber);
  const span = `on ${days.length} days between ${days[0]} and ${days.at(-1)}`;
  const usual = weekdayOf(numbers) ?? intervalOf(numbers);
  return usual === undefined ? span : `${span}: ${usual}`;
}

/** Days since 1 January 1970. */
function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
}

function weekdayOf(numbers: readonly number[]): string | undefined {
  for (const [weekday, name] of WEEKDAYS.entries()) {
    // 1 January 1970 was a Thursday.
    const isSuch = (day: number) => (((day + 4) % 7) + 7) % 7 === weekday;
    const times = numbers.filter(isSuch).length;
    if (times < WEEKDAY_TIMES || times < numbers.length * WEEKDAY_SHARE) continue;
    let possible = 0;
    for (let day = numbers[0] as number; day <= (numbers.at(-1) as number); day++)
      if (isSuch(day)) possible++;
    if (times < possible * WEEKDAY_KEPT) return undefined;
    return `on ${times} of the ${possible} ${name}s in that time`;
  }
  return undefined;
}

function intervalOf(numbers: readonly number[]): string | undefined {
  const gaps = numbers.slice(1).map((day, at) => day - (numbers[at] as number));
  if (gaps.length < WEEKDAY_TIMES) return undefined;
  const middle = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)] as number;
  const tolerance = Math.max(1, middle * INTERVAL_TOLERANCE);
  if (gaps.some((gap) => Math.abs(gap - middle) > tolerance)) return undefined;
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)];
  if (least === most) return least === 1 ? "one after the other" : `${least} days apart`;
  return `${least} to ${most} days apart`;
}
