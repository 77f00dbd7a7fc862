import { MemosError } from "../../memcube/index.js";

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const PATTERN = /^(\d{1,2}):(\d{2}) (am|pm) on (\d{1,2}) ([A-Z][a-z]+), (\d{4})$/;

/**
 * The time of a LoCoMo session, as "1:56 pm on 8 May, 2023", read as UTC because the format names no zone.
 *
 * @example parseLocomoDate("1:56 pm on 8 May, 2023") // "2023-05-08T13:56:00.000Z"
 */
export function parseLocomoDate(text: string): string {
  const match = PATTERN.exec(text);
  const month = MONTHS.indexOf(match?.[5] ?? "");
  if (match === null || month < 0) throw unreadable(text);
  const [hour, minute, day, year] = [match[1], match[2], match[4], match[6]].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  if (hour < 1 || hour > 12 || minute > 59) throw unreadable(text);
  const instant = new Date(Date.UTC(year, month, day, (hour % 12) + (match[3] === "pm" ? 12 : 0), minute));
  // Date rolls 31 June over into July: a day that does not exist is an error here.
  if (instant.getUTCDate() !== day || instant.getUTCMonth() !== month) throw unreadable(text);
  return instant.toISOString();
}

function unreadable(text: string): MemosError {
  return new MemosError(
    "INVALID_INPUT",
    `"${text}" is not a date as LoCoMo writes it ("1:56 pm on 8 May, 2023")`,
  );
}
