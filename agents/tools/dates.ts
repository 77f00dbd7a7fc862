import * as z from "zod";

const DAY = 86_400_000;

/** A date or an instant, as a model writes it. */
export const dateText = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** The first instant of a date. */
export function beginning(date: string): string {
  return new Date(date).toISOString();
}

/** The first instant after a date: a plain one counts as the whole day. */
export function ending(date: string): string {
  const whole = z.iso.date().safeParse(date).success;
  return new Date(Date.parse(date) + (whole ? DAY : 1)).toISOString();
}
