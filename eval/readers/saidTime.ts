import { type TimeExpression, timesIn } from "../../graph/extraction/index.js";

const FORMS: Readonly<Partial<Record<TimeExpression["precision"], Intl.DateTimeFormatOptions>>> = {
  month: { month: "long", year: "numeric" },
  season: { month: "long", year: "numeric" },
  year: { year: "numeric" },
  decade: { year: "numeric" },
  century: { year: "numeric" },
};

const DAY: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", year: "numeric" };

/**
 * When something happened that somebody told of: the first time that the text names, or else the day on which it was
 * said, as people write it, in UTC.
 *
 * @example saidTime("We met yesterday.", new Date("2023-05-08T13:56:00Z")) // "7 May 2023"
 */
export function saidTime(text: string, saidAt: Date): string {
  const [time] = timesIn(text, saidAt);
  const date = time === undefined ? saidAt : new Date(time.from);
  const form = time === undefined ? DAY : (FORMS[time.precision] ?? DAY);
  const written = new Intl.DateTimeFormat("en-GB", { ...form, timeZone: "UTC" }).format(date);
  return time?.precision === "week" ? `the week of ${written}` : written;
}
