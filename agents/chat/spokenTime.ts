import { timesIn } from "../../graph/extraction/index.js";
import {
  dayPeriod,
  monthPeriod,
  type Period,
  weekendPeriod,
  weekPeriod,
  yearsPeriod,
} from "../../graph/extraction/period.js";
import { bounded, languagesOf } from "./language.js";
import { TIME_WORDS, type TimeWords, type Unit } from "./timeWords.js";

/** A time that a message speaks of, and the words that say so. */
export interface SpokenTime {
  readonly text: string;
  /** It is in it. */
  readonly from: string;
  /** The first instant after it. */
  readonly to: string;
  readonly precision: Period["precision"];
}

/** Characters of a message that are looked at for a time. */
const READ_CHARACTERS = 2_000;

const YEAR = String.raw`(?<!\d)(?:19|20)\d{2}(?!\d)`;
const CJK_DAY = /(?:((?:19|20)\d{2})年)?(\d{1,2})月(\d{1,2})[日号號]/u;

type Resolve = (match: RegExpExecArray, now: Date) => Period | undefined;

interface Rule {
  readonly pattern: RegExp;
  readonly resolve: Resolve;
}

const RULES: ReadonlyMap<string, readonly Rule[]> = new Map(
  Object.entries(TIME_WORDS).map(([language, words]) => [language, rulesOf(words)]),
);

/**
 * The time that a message speaks of, by rules, in UTC: the first one of it. Rules know English, German, French,
 * Spanish, Portuguese, Italian, Dutch, Russian, Chinese and Japanese; and dates as 2026-03-01 in any language.
 * Without `now` only times that name their year are resolved, and those of English alone.
 */
export function spokenTime(message: string, now: Date | undefined): SpokenTime | undefined {
  const text = message.slice(0, READ_CHARACTERS);
  if (now !== undefined)
    for (const language of languagesOf(text)) {
      const found = firstOf(text, RULES.get(language) ?? [], now);
      if (found !== undefined) return found;
    }
  const [time] = timesIn(text, now);
  return time === undefined
    ? undefined
    : { text: time.text, from: time.from, to: time.to, precision: time.precision };
}

/** Leftmost, the longer one where two begin together. */
function firstOf(text: string, rules: readonly Rule[], now: Date): SpokenTime | undefined {
  let best: (SpokenTime & { at: number }) | undefined;
  for (const { pattern, resolve } of rules) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const [found] = match;
    if (
      best !== undefined &&
      (match.index > best.at || (match.index === best.at && found.length <= best.text.length))
    )
      continue;
    const period = resolve(match, now);
    if (period !== undefined) best = { at: match.index, text: found, ...period };
  }
  if (best === undefined) return undefined;
  const { at: _, ...time } = best;
  return time;
}

function rulesOf(words: TimeWords): Rule[] {
  const edge = (source: string) => (words.unspaced ? new RegExp(source, "iu") : bounded(source));
  const rules: Rule[] = [];
  for (const [days, said] of Object.entries(words.days))
    rules.push({ pattern: edge(said), resolve: (_, now) => dayFrom(now, Number(days)) });
  for (const [unit, steps] of Object.entries(words.steps) as [Unit, Record<string, string>][])
    for (const [step, said] of Object.entries(steps))
      rules.push({ pattern: edge(said), resolve: (_, now) => periodFrom(now, unit, Number(step)) });
  const number = `(?<n>\\d{1,3}|${words.numbers.join("|")})`;
  for (const ago of words.ago)
    for (const [unit, said] of Object.entries(words.units) as ["day" | Unit, string][])
      rules.push({
        pattern: edge(ago.replace("N", number).replace("U", said)),
        resolve: (match, now) => {
          const back = -numberOf(match.groups?.["n"], words.numbers);
          return unit === "day" ? dayFrom(now, back) : periodFrom(now, unit, back);
        },
      });
  for (const said of words.lastWeekday)
    for (const [index, weekday] of words.weekdays.entries())
      rules.push({
        pattern: edge(said.replace("W", weekday)),
        resolve: (_, now) => dayFrom(now, -((now.getUTCDay() + 6 - index) % 7 || 7)),
      });
  for (const said of words.month)
    for (const [index, month] of words.months.entries())
      rules.push({
        pattern: edge(said.replace("M", month).replace("Y", `(?<y>${YEAR})`)),
        resolve: (match, now) => monthOf(index + 1, match.groups?.["y"], now),
      });
  rules.push({
    pattern: new RegExp(YEAR, "u"),
    resolve: ([year]) => yearsPeriod(Number(year), Number(year) + 1, "year"),
  });
  rules.push({ pattern: /(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)/u, resolve: ([, y, m, d]) => dayOf(y, m, d) });
  if (words.unspaced)
    rules.push({
      pattern: CJK_DAY,
      resolve: ([, y, m, d], now) => dayOf(y ?? String(now.getUTCFullYear()), m, d),
    });
  return rules;
}

function numberOf(said: string | undefined, numbers: readonly string[]): number {
  if (said === undefined) return 1;
  if (/^\d+$/u.test(said)) return Number(said);
  return numbers.findIndex((word) => new RegExp(`^(?:${word})$`, "iu").test(said)) + 1;
}

function dayFrom(now: Date, days: number): Period | undefined {
  return dayPeriod(now.getUTCFullYear(), now.getUTCMonth() + 1, now.getUTCDate() + days);
}

function dayOf(year: string | undefined, month: string | undefined, day: string | undefined) {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  return m >= 1 && m <= 12 && d >= 1 && d <= 31 ? dayPeriod(y, m, d) : undefined;
}

/** The week, weekend, month or year that is so many after the one that is now. */
function periodFrom(now: Date, unit: Unit, step: number): Period | undefined {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth() + 1, now.getUTCDate()];
  if (unit === "week") return weekPeriod(year, month, day + 7 * step);
  if (unit === "weekend") return weekendPeriod(year, month, day + 7 * step);
  if (unit === "month") return monthPeriod(year, month + step);
  return yearsPeriod(year + step, year + step + 1, "year");
}

/** A month without a year is the last one of its name that has begun. */
function monthOf(month: number, year: string | undefined, now: Date): Period | undefined {
  if (year !== undefined) return monthPeriod(Number(year), month);
  return monthPeriod(now.getUTCFullYear() - (month > now.getUTCMonth() + 1 ? 1 : 0), month);
}
