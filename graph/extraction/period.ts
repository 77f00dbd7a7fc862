import type { Span } from "./sentences.js";

/** How fine a time expression is. `range` names two ends ("from 2010 to 2015"). */
export type TimePrecision =
  | "instant"
  | "day"
  | "weekend"
  | "week"
  | "month"
  | "season"
  | "year"
  | "decade"
  | "century"
  | "range";

/** A stretch of time: `from` is in it, `to` is the first instant after it. Both are ISO 8601 in UTC. */
export interface Period {
  from: string;
  to: string;
  precision: TimePrecision;
}

/** A time expression of a text, resolved: `text` is `text.slice(...span)` of the original. */
export interface TimeExpression extends Period {
  text: string;
  span: Span;
}

const DAY = 86_400_000;

/** Midnight of a day in UTC; months and days may overflow as in `Date.UTC`, years below 100 are themselves. */
export function midnight(year: number, month = 1, day = 1): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

export function period(from: Date, to: Date, precision: TimePrecision): Period | undefined {
  // Years outside 0 to 9999 have no four-digit ISO form, and no text that we resolve means them.
  if (!isWritable(from) || !isWritable(to) || to <= from) return undefined;
  return { from: from.toISOString(), to: to.toISOString(), precision };
}

function isWritable(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999;
}

export function instantPeriod(from: Date, milliseconds: number): Period | undefined {
  return period(from, new Date(from.getTime() + milliseconds), "instant");
}

export function dayPeriod(year: number, month: number, day: number): Period | undefined {
  return period(midnight(year, month, day), midnight(year, month, day + 1), "day");
}

/** The week, Monday to Sunday, around a day. */
export function weekPeriod(year: number, month: number, day: number): Period | undefined {
  const date = midnight(year, month, day);
  const monday = date.getTime() - ((date.getUTCDay() + 6) % 7) * DAY;
  return period(new Date(monday), new Date(monday + 7 * DAY), "week");
}

/** Saturday and Sunday of the week around a day. */
export function weekendPeriod(year: number, month: number, day: number): Period | undefined {
  const date = midnight(year, month, day);
  const saturday = date.getTime() - ((date.getUTCDay() + 6) % 7) * DAY + 5 * DAY;
  return period(new Date(saturday), new Date(saturday + 2 * DAY), "weekend");
}

export function monthPeriod(year: number, month: number): Period | undefined {
  return period(midnight(year, month), midnight(year, month + 1), "month");
}

/** Spring, summer, autumn and winter as whole months of the northern hemisphere; winter begins in December. */
export function seasonPeriod(year: number, season: "spring" | "summer" | "autumn" | "winter") {
  const first = { spring: 3, summer: 6, autumn: 9, winter: 12 }[season];
  return period(midnight(year, first), midnight(year, first + 3), "season");
}

export function yearsPeriod(from: number, to: number, precision: TimePrecision): Period | undefined {
  return period(midnight(from), midnight(to), precision);
}
