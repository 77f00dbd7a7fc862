import * as z from "zod";
import { instantSchema } from "../../memcube/index.js";

const PERIOD = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const day = z.iso.date();

/**
 * The instant that a model means by a year, a month, a day or a moment; a moment without an offset is in UTC,
 * as are the times that the model was shown. Validity is half-open, so the last day on which something holds
 * ends where the next one begins.
 *
 * @returns undefined for what is no date.
 */
export function instantOf(text: string, edge: "from" | "to"): string | undefined {
  const period = PERIOD.exec(text);
  if (period === null) {
    const moment = instantSchema.safeParse(/T[\d:.]+$/.test(text) ? `${text}Z` : text);
    return moment.success ? moment.data : undefined;
  }
  const [, year = "", month, date] = period;
  if (!day.safeParse(`${year}-${month ?? "01"}-${date ?? "01"}`).success) return undefined;
  const instant = new Date(`${year}-${month ?? "01"}-${date ?? "01"}T00:00:00.000Z`);
  if (edge === "to") {
    if (date !== undefined) instant.setUTCDate(instant.getUTCDate() + 1);
    else if (month !== undefined) instant.setUTCMonth(instant.getUTCMonth() + 1);
    else instant.setUTCFullYear(instant.getUTCFullYear() + 1);
  }
  const written = instantSchema.safeParse(instant.toISOString());
  return written.success ? written.data : undefined;
}
