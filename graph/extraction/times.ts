import type { ParsedComponents, ParsedResult } from "chrono-node";
import { casual } from "chrono-node/en";
import {
  dayPeriod,
  instantPeriod,
  monthPeriod,
  type Period,
  type TimeExpression,
  weekendPeriod,
  weekPeriod,
} from "./period.js";
import { sentencesIn } from "./sentences.js";
import { ruledTimes } from "./timeRules.js";

export type { Period, TimeExpression, TimePrecision } from "./period.js";

const MAY_NAME_A_TIME =
  /\d|\b(?:today|tonight|tomorrow|yesterday|morning|afternoon|evening|noon|midnight|night|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)|\b(?:second|minute|hour|day|week|weekend|month|year|decade)s?\b/iu;
/** Words that chrono takes for a time and that are more often something else. */
const AMBIGUOUS = /^(?:now|sun|sat|mon|wed|mar|may|march|dec|second|in a (?:sec(?:ond)?|minute|moment))$/iu;
const MONTH_BEFORE =
  /\b(?:in|since|until|till|by|of|last|this|next|every|from|to|during|early|late|mid)[\s-]+$/iu;
/** Anchored to another event of the text, not to the moment of writing. */
const ANCHORED_ELSEWHERE = /\b(?:later|earlier|after|before|prior|following)\b/iu;

/** "the Sunday before 25 May", "the first weekend of April": the rest of the phrase says which one. */
const SAID_BY_WHAT_FOLLOWS = /^\s+(?:before|after|of)\b/iu;
const WEEKDAY_ALONE = /^(?:on |the )?(?:weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day)$/iu;
/** A year that chrono does not read: it takes "11 November 875" for a day of the current year. */
const EARLY_YEAR_FOLLOWS = /^,?\s+\d{3}(?!\d)/u;

/** Two moments that share no year, month, day, weekday or hour. */
const PROBES = [new Date("1993-03-10T04:05:06Z"), new Date("2018-10-25T17:28:39Z")] as const;

/**
 * The time expressions of an English text, in order and without overlap, resolved in UTC. `reference` is when
 * the text was written; without it only expressions that name their own year are resolved, so "yesterday"
 * gives nothing. A bare weekday is the nearest one; `05/07/2023` is read month first; seasons are those of the
 * northern hemisphere.
 *
 * @example
 * timesIn("We met yesterday.", new Date("2023-05-08T13:56:00Z"));
 * // [{ text: "yesterday", span: [7, 16], from: "2023-05-07T00:00:00.000Z", to: "2023-05-08T00:00:00.000Z", precision: "day" }]
 */
export function timesIn(text: string, reference: Date | undefined): TimeExpression[] {
  const known = reference !== undefined && !Number.isNaN(reference.getTime()) ? reference : undefined;
  const found: TimeExpression[] = [];
  // Sentence by sentence: chrono compares its results with each other, and a sentence bounds how many.
  for (const [start, end] of sentencesIn(text)) {
    const sentence = text.slice(start, end);
    const times = ruledTimes(sentence, known);
    if (MAY_NAME_A_TIME.test(sentence)) times.push(...chronoTimes(sentence, known));
    for (const time of withoutOverlap(times))
      found.push({ ...time, span: [start + time.span[0], start + time.span[1]] });
  }
  return found;
}

/** Leftmost first, the longer one where two begin together. */
function withoutOverlap(times: TimeExpression[]): TimeExpression[] {
  times.sort((a, b) => a.span[0] - b.span[0] || b.span[1] - a.span[1]);
  const kept: TimeExpression[] = [];
  let end = 0;
  for (const time of times) {
    if (time.span[0] < end) continue;
    kept.push(time);
    end = time.span[1];
  }
  return kept;
}

function chronoTimes(sentence: string, reference: Date | undefined): TimeExpression[] {
  if (reference !== undefined) return resolve(sentence, reference);
  // What means the same at two unrelated moments does not depend on the moment.
  const [first, second] = PROBES.map((probe) => resolve(sentence, probe));
  return (first ?? []).filter((time) =>
    second?.some(
      (other) => other.span[0] === time.span[0] && other.from === time.from && other.to === time.to,
    ),
  );
}

function resolve(sentence: string, reference: Date): TimeExpression[] {
  const times: TimeExpression[] = [];
  for (const result of casual.parse(sentence, { instant: reference, timezone: 0 })) {
    if (isMistaken(result, sentence)) continue;
    const resolved = periodOf(result);
    if (resolved === undefined) continue;
    const end = result.index + result.text.length;
    const start = result.index + (/^on\s+/iu.exec(result.text)?.[0].length ?? 0);
    times.push({ text: sentence.slice(start, end), span: [start, end], ...resolved });
  }
  return times;
}

function isMistaken(result: ParsedResult, sentence: string): boolean {
  const { text, index } = result;
  const after = sentence.slice(index + text.length, index + text.length + 12);
  if (WEEKDAY_ALONE.test(text) && (SAID_BY_WHAT_FOLLOWS.test(after) || /weekend/iu.test(text))) return true;
  if (!result.start.isCertain("year") && EARLY_YEAR_FOLLOWS.test(after)) return true;
  if (ANCHORED_ELSEWHERE.test(text)) return true;
  if (!AMBIGUOUS.test(text)) return false;
  const isMonth = text === "May" || text === "March";
  return !(isMonth && MONTH_BEFORE.test(sentence.slice(Math.max(0, index - 12), index)));
}

function periodOf(result: ParsedResult): Period | undefined {
  const start = componentPeriod(result.start, result.text);
  if (start === undefined || !result.end) return start;
  const end = componentPeriod(result.end, result.text);
  return end === undefined || end.to <= start.from
    ? undefined
    : { from: start.from, to: end.to, precision: "range" };
}

function componentPeriod(parts: ParsedComponents, text: string): Period | undefined {
  const [year, month, day] = [parts.get("year"), parts.get("month"), parts.get("day")];
  if (year === null || month === null || day === null) return undefined;
  if (hasClockTime(parts, text)) {
    const [hour, minute] = [parts.get("hour") ?? 0, parts.get("minute") ?? 0];
    const shift = parts.get("timezoneOffset") ?? 0;
    const from = new Date(0);
    from.setUTCFullYear(year, month - 1, day);
    from.setUTCHours(hour, minute - shift, parts.get("second") ?? 0);
    return instantPeriod(from, 60_000);
  }
  if (/\bweekend/iu.test(text)) return weekendPeriod(year, month, day);
  if (/\bweeks?\b/iu.test(text) && !parts.isCertain("weekday")) return weekPeriod(year, month, day);
  if (parts.isCertain("day") || parts.isCertain("weekday")) return dayPeriod(year, month, day);
  if (parts.isCertain("month")) return monthPeriod(year, month);
  return parts.isCertain("year") ? yearPeriod(year) : dayPeriod(year, month, day);
}

/** "tomorrow at 3" does not say which three o'clock, so it stays a day. */
function hasClockTime(parts: ParsedComponents, text: string): boolean {
  if (!parts.isCertain("hour") || /\b(?:day|tonight)\b/iu.test(text)) return false;
  return parts.isCertain("meridiem") || (parts.get("hour") ?? 0) > 12 || /\d:\d\d/u.test(text);
}

function yearPeriod(year: number): Period | undefined {
  const months = monthPeriod(year, 1);
  const next = monthPeriod(year, 12);
  return months && next ? { from: months.from, to: next.to, precision: "year" } : undefined;
}
