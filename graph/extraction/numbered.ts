import { type Span, sentencesIn } from "./sentences.js";

/** One item of a list: its text without the number, and the number where it has one. */
export interface ListItem {
  readonly span: Span;
  readonly number: number | undefined;
}

export interface NumberedList {
  readonly items: readonly ListItem[];
  /** What belongs to no item. */
  readonly rest: readonly Span[];
  /** It begins with 0 or 1 and counts up: numbers of another list say nothing about the order of its items. */
  readonly opens: boolean;
}

/** Two numbered items in one text make a list; so does a text that is one item alone. */
const ITEMS = 2;

/** Digits with a full stop or a bracket. One with more digits than this is an identifier. */
const NUMBER = /(?<![\p{L}\p{N}])\d{1,9}[.)][ \t]{1,8}(?=\S)/gu;

/** An item's number begins a line, or stands alone after the end of a sentence. */
const BEFORE_NUMBER = /(?:^|\n[ \t]{0,8}|[.!?:)"'”’>][ \t]{1,8})$/u;
const LOOKED_BEFORE = 12;

/** What a number at the very end of a text leaves behind when the text was cut into pieces. */
const CUT_OFF = /(?<=[.!?"'”’)]\s)\d{1,9}[.)]\s*$/u;

/**
 * The numbered items of a text, whether each has a line of its own or they follow each other in one
 * ("0. Ana lives in Porto. 1. Bo lives in Faro."). Nothing where the numbers are none of a list.
 *
 * A piece cut from a longer list may begin with an item whose number was left in the piece before, and end with
 * a number whose item is in the next one.
 */
export function numberedList(text: string): NumberedList | undefined {
  const body = text.replace(CUT_OFF, (cut) => " ".repeat(cut.length));
  const marks = [...body.matchAll(NUMBER)].filter(({ index }) =>
    index === 0
      ? true
      : BEFORE_NUMBER.test(
          `${index > LOOKED_BEFORE ? "-" : ""}${body.slice(Math.max(0, index - LOOKED_BEFORE), index)}`,
        ),
  );
  const first = marks[0];
  if (first === undefined) return undefined;
  if (marks.length < ITEMS && (first.index > 0 || sentencesIn(body.slice(first[0].length)).length > 1))
    return undefined;
  const items: ListItem[] = [];
  const numbers: number[] = [];
  for (const [index, mark] of marks.entries()) {
    const number = Number.parseInt(mark[0], 10);
    const next = marks[index + 1];
    const span = itemSpan(body, mark.index + mark[0].length, next?.index ?? body.length);
    numbers.push(number);
    items.push({ span, number });
  }
  const before = sentencesIn(body.slice(0, first.index)).at(-1);
  // The item whose number is in the piece before.
  if (
    before !== undefined &&
    (numbers[0] as number) > 0 &&
    /[.!?]["'”’)]*$/u.test(body.slice(...before)) &&
    numbers[1] === (numbers[0] as number) + 1
  )
    items.unshift({ span: before, number: (numbers[0] as number) - 1 });
  const lowest = numbers.reduce((least, number) => Math.min(least, number));
  const opens = marks.length >= ITEMS && lowest <= 1 && numbers[0] === lowest;
  return { items, rest: between(body, marks, items), opens };
}

/** The text before the first item, and what stands on further lines after an item. */
function between(text: string, marks: readonly RegExpExecArray[], items: readonly ListItem[]): Span[] {
  const rest: Span[] = [];
  let from = 0;
  const add = (to: number) => {
    const gap = text.slice(from, to);
    const start = from + (gap.length - gap.trimStart().length);
    if (gap.trim() !== "") rest.push([start, from + gap.trimEnd().length]);
  };
  const numbered = items.slice(-marks.length);
  const first = items.length > marks.length ? items[0] : undefined;
  if (first !== undefined) {
    add(first.span[0]);
    from = first.span[1];
  }
  for (const [index, { span }] of numbered.entries()) {
    add((marks[index] as RegExpExecArray).index);
    from = span[1];
  }
  add(text.length);
  return rest;
}

/** Up to the end of the line, without white space around it. */
function itemSpan(text: string, from: number, to: number): Span {
  const line = text.slice(from, to).search(/\n/u);
  const end = line === -1 ? to : from + line;
  const item = text.slice(from, end);
  return [from + (item.length - item.trimStart().length), from + item.trimEnd().length];
}
