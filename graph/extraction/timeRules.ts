import {
  dayPeriod,
  type Period,
  period,
  seasonPeriod,
  type TimeExpression,
  type TimePrecision,
  weekendPeriod,
  yearsPeriod,
} from "./period.js";

/*
 * What chrono does not read: bare years, ranges of years, decades, centuries and seasons. A number is a year
 * only where its neighbours say so, because most numbers of four digits count something.
 */

const YEAR = String.raw`(?:1\d{3}|20\d{2}|2100)`;
const EDGE = String.raw`(?<![\p{L}\p{N}.,:/$€£#+-])`;
const END = String.raw`(?![\p{L}\p{N}]|[.,:/-]\d|\s*%)`;

const YEARS = new RegExp(
  String.raw`${EDGE}(${YEAR})(?:\s*(?:[–—-]|to|until|and)\s*(${YEAR}|\d{2}))?${END}`,
  "gu",
);
const YEAR_BEFORE =
  /(?:\b(?:in|since|until|till|by|from|to|of|during|before|after|circa|ca?\.|around|about|early|late|mid|between|for|year|through|spring|summer|autumn|fall|winter|born|fl\.|b\.|d\.|and|or|founded|established|released|published|built|season)[\s-]*(?:early |late |mid[- ]?)?|[([]\s*|[([][^()[\]]{0,40}[,;]\s+)$/iu;
const ARTICLE_BEFORE = /\b(?:an?|the|his|her|its|their)\s+$/iu;
const COUNTED =
  /^\s+(?:people|men|women|children|percent|per|million|billion|thousand|feet|square|years?|kg|km|m|cm|mm|mi|ft|lb|hp)\b|^\s+(?!(?:was|is|has|as|his|its|this|olympics|games|series|paralympics|us|always|besides|towards|versus)\b)\p{Ll}+s\b/u;

const DECADE =
  /(?<![\p{L}\p{N}])(?:(?:early|mid|late)[\s-]+)?(?:(1\d|20)(\d)0['’]?s|['’](\d)0s|(?<=\bthe\s)(?:(twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)))(?![\p{L}\p{N}])/giu;
const DECADE_WORDS = [
  "twenties",
  "thirties",
  "forties",
  "fifties",
  "sixties",
  "seventies",
  "eighties",
  "nineties",
];

const CENTURY_WORDS = [
  ..."first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(" "),
  ..."thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first".split(
    " ",
  ),
];
const CENTURY = new RegExp(
  String.raw`(?<![\p{L}\p{N}-])(?:(\d{1,2})(?:st|nd|rd|th)|(${[...CENTURY_WORDS].reverse().join("|")}))[\s-]+century\b(?!\s*(?:BCE?|B\.C))`,
  "giu",
);

const SEASON = new RegExp(
  String.raw`\b(?:(last|this|next)\s+(spring|summer|autumn|fall|winter)|(spring|summer|autumn|fall|winter)(?:\s+of)?,?\s+(${YEAR}))${END}`,
  "giu",
);

const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);
/** Days of years before 1000. */
const EARLY_DAY = new RegExp(
  String.raw`\b(\d{1,2})\s+(${MONTHS.join("|")}),?\s+(\d{3})(?![\p{L}\p{N}]|\s*(?:BCE?|B\.C))`,
  "giu",
);

const COUNTS = ["one", "two", "three", "four", "five", "six"];
const WEEKENDS_AGO = new RegExp(
  String.raw`\b(?:(a couple of)|([2-6])|(${COUNTS.join("|")}))\s+weekends\s+ago\b`,
  "giu",
);

interface Found extends Period {
  at: number;
  length: number;
}

/** Years, decades, centuries and seasons of one sentence; the seasons of "last summer" need a reference. */
export function ruledTimes(sentence: string, reference: Date | undefined): TimeExpression[] {
  const found: Found[] = [];
  const add = (at: number, length: number, resolved: Period | undefined) => {
    if (resolved !== undefined) found.push({ at, length, ...resolved });
  };
  if (/\d{4}/u.test(sentence)) addYears(sentence, add);
  for (const match of sentence.matchAll(DECADE)) {
    const [, century, decade, short, word] = match;
    const tens =
      word !== undefined
        ? 192 + DECADE_WORDS.indexOf(word.toLowerCase())
        : short !== undefined
          ? Number(short) + (Number(short) < 3 ? 200 : 190)
          : Number(century) * 10 + Number(decade);
    add(match.index, match[0].length, yearsPeriod(tens * 10, tens * 10 + 10, "decade"));
  }
  for (const match of sentence.matchAll(CENTURY)) {
    const [, digits, word] = match;
    const century =
      digits === undefined ? CENTURY_WORDS.indexOf(word?.toLowerCase() ?? "") + 1 : Number(digits);
    if (century >= 1 && century <= 21)
      add(match.index, match[0].length, yearsPeriod((century - 1) * 100 + 1, century * 100 + 1, "century"));
  }
  for (const match of sentence.matchAll(SEASON)) {
    const [, which, relative, named, year] = match;
    const season = seasonNamed(relative ?? named);
    if (year !== undefined) add(match.index, match[0].length, seasonPeriod(Number(year), season));
    else if (reference !== undefined)
      add(match.index, match[0].length, relativeSeason(which?.toLowerCase(), season, reference));
  }
  for (const match of sentence.matchAll(EARLY_DAY)) {
    const month = MONTHS.indexOf(match[2]?.toLowerCase() ?? "") + 1;
    add(match.index, match[0].length, dayPeriod(Number(match[3]), month, Number(match[1])));
  }
  if (reference !== undefined)
    for (const match of sentence.matchAll(WEEKENDS_AGO)) {
      const [, couple, digit, word] = match;
      const back = couple ? 2 : digit ? Number(digit) : COUNTS.indexOf(word?.toLowerCase() ?? "") + 1;
      const day = reference.getUTCDate() - 7 * back;
      add(
        match.index,
        match[0].length,
        weekendPeriod(reference.getUTCFullYear(), reference.getUTCMonth() + 1, day),
      );
    }
  return found.map(({ at, length, ...resolved }) => ({
    text: sentence.slice(at, at + length),
    span: [at, at + length],
    ...resolved,
  }));
}

function addYears(sentence: string, add: (at: number, length: number, resolved: Period | undefined) => void) {
  for (const match of sentence.matchAll(YEARS)) {
    const [whole, first = "", second] = match;
    const before = sentence.slice(Math.max(0, match.index - 48), match.index);
    const after = sentence.slice(match.index + whole.length, match.index + whole.length + 24);
    if (!isYear(Number(first), before, after)) continue;
    const last = second?.length === 2 ? Number(first.slice(0, 2) + second) : Number(second);
    if (second === undefined || last <= Number(first) || isAddition(whole, before))
      add(match.index, first.length, years(Number(first), Number(first), "year"));
    else add(match.index, whole.length, years(Number(first), last, "range"));
  }
}

/** "in 1990 and 1995" names two years, "between 1990 and 1995" a range. */
function isAddition(whole: string, before: string): boolean {
  return /\band\b/u.test(whole) && !/\bbetween\s+$/iu.test(before);
}

function isYear(year: number, before: string, after: string): boolean {
  if (COUNTED.test(after)) return false;
  if (YEAR_BEFORE.test(before)) return true;
  if (ARTICLE_BEFORE.test(before)) return year >= 1500 && /^[\s-]+\p{L}/u.test(after);
  // A text that begins with a year ("1998 was …"), or a year alone in commas (", 1971,").
  return year >= 1500 && (/^["“(]?$/u.test(before.trim()) || /[,;–—-]\s*$/u.test(before));
}

function years(first: number, last: number, precision: TimePrecision): Period | undefined {
  return yearsPeriod(first, last + 1, precision);
}

function seasonNamed(word: string | undefined): "spring" | "summer" | "autumn" | "winter" {
  const lower = word?.toLowerCase();
  return lower === "spring" || lower === "summer" || lower === "winter" ? lower : "autumn";
}

/** The latest season that is over, the one around or nearest after the reference, or the one after that. */
function relativeSeason(
  which: string | undefined,
  season: "spring" | "summer" | "autumn" | "winter",
  reference: Date,
): Period | undefined {
  const now = reference.toISOString();
  const year = reference.getUTCFullYear();
  const around = [year - 2, year - 1, year, year + 1, year + 2].flatMap(
    (each) => seasonPeriod(each, season) ?? [],
  );
  const current = around.findIndex((each) => each.to > now);
  const chosen =
    around[current + (which === "last" ? -1 : which === "next" && isInside(around[current], now) ? 1 : 0)];
  return chosen && period(new Date(chosen.from), new Date(chosen.to), "season");
}

function isInside(each: Period | undefined, now: string): boolean {
  return each !== undefined && each.from <= now && now < each.to;
}
