import * as z from "zod";

/** An instant, as ISO 8601 with an offset. Kept in UTC with milliseconds. */
export const instantSchema = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value).toISOString())
  // An offset can carry the last day of year 9999 into year 10000, which this format cannot write.
  .pipe(z.string().refine((value) => /^\d{4}-/.test(value), "must be in the years 0000 to 9999"));
