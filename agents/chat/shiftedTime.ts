import type { SpokenTime } from "./spokenTime.js";
import { TIME_WORDS, type Unit } from "./timeWords.js";

type Step = "day" | Unit;

/** "the UNIT before", "the UNIT after", by language; `U` stands for the unit. */
const SAID: Readonly<Record<string, readonly [before: string, after: string]>> = {
  en: ["U (?:before|earlier|prior)|(?:previous|preceding) U", "U (?:after|later)|following U"],
  de: ["U (?:davor|zuvor|vorher)", "U (?:danach|darauf|später)"],
  fr: ["U (?:d['’]avant|précédente?)", "U (?:d['’]après|suivante?)"],
  es: ["U anterior", "U siguiente"],
  pt: ["U anterior", "U seguinte"],
  it: ["U (?:prima|precedente)", "U (?:dopo|seguente|successiv[oa])"],
  nl: ["U (?:ervoor|daarvoor)", "U (?:erna|daarna)"],
  ru: ["U до (?:этого|того)|предыдущ\\p{L}+ U", "U после (?:этого|того)"],
  zh: ["(?:再|之)?前一(?:个|個)?U", "[后後]一(?:个|個)?U"],
  ja: ["(?:その)?前のU|前U", "(?:その)?次のU|翌U"],
};

const ENGLISH_UNITS: Readonly<Record<Step, string>> = {
  day: "days?",
  week: "weeks?",
  weekend: "weekends?",
  month: "months?",
  year: "years?",
};

interface Rule {
  readonly pattern: RegExp;
  readonly unit: Step;
  readonly step: 1 | -1;
}

const RULES: readonly Rule[] = Object.entries(SAID).flatMap(([language, said]) => {
  const words = TIME_WORDS[language];
  const units = Object.entries(words?.units ?? ENGLISH_UNITS) as [Step, string][];
  return units.flatMap(([unit, name]) =>
    said.map((source, index): Rule => {
      const pattern = source.replaceAll("U", name);
      const bounded = words?.unspaced ? pattern : `(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`;
      return { pattern: new RegExp(bounded, "iu"), unit, step: index === 0 ? -1 : 1 };
    }),
  );
});

const DAY = 86_400_000;

/** About how long a unit is, to tell whether a time is within one. */
const LENGTHS: Readonly<Record<Step, number>> = {
  day: DAY,
  weekend: 2 * DAY,
  week: 7 * DAY,
  month: 31 * DAY,
  year: 366 * DAY,
};

/**
 * The time that a message names by another one ("and the year before?"), and the words that say so. Of a time that
 * is longer than the unit, it is the unit beside it.
 */
export function shiftedTime(message: string, base: SpokenTime | undefined): SpokenTime | undefined {
  if (base === undefined) return undefined;
  for (const { pattern, unit, step } of RULES) {
    const found = pattern.exec(message);
    if (found === null) continue;
    const [from, to] = [new Date(base.from), new Date(base.to)];
    const within = to.getTime() - from.getTime() <= LENGTHS[unit];
    const span = within
      ? [moved(from, unit, step), moved(to, unit, step)]
      : step < 0
        ? [moved(from, unit, -1), from]
        : [to, moved(to, unit, 1)];
    const [begin, end] = span.map((date) => (Number.isNaN(date.getTime()) ? undefined : date.toISOString()));
    if (begin === undefined || end === undefined || begin >= end) return undefined;
    return { text: found[0], from: begin, to: end, precision: within ? base.precision : unit };
  }
  return undefined;
}

function moved(date: Date, unit: Step, step: number): Date {
  const other = new Date(date);
  if (unit === "year") other.setUTCFullYear(other.getUTCFullYear() + step);
  else if (unit === "month") other.setUTCMonth(other.getUTCMonth() + step);
  else other.setUTCDate(other.getUTCDate() + step * (unit === "day" ? 1 : 7));
  return other;
}
