import { type Span, sentencesIn } from "./sentences.js";

/** One item of a list: its text without the number, and the number where it has one. */
export interface ListItem {
  readonly span: Span;
  readonly number: number | undefined;
}

export interface NumberedList {
  readonly items: readonly ListItem[];
  /** It begins with 0 or 1 and counts up: numbers of another list say nothing about the order of its items. */
  readonly opens: boolean;
}

/** Two numbered items in one text make a list; so does a text that is one item alone. */
const ITEMS = 2;

/**
 * Digits that begin a line or the text, or stand alone after the end of a sentence. One with more digits than
 * this is an identifier.
 */
const NUMBER = /(?<=^|\n[ \t]*|[.!?:)"'”’>][ \t]+)(\d{1,9})[.)][ \t]+(?=[^\s])/gu;

/** What a number at the very end of a text leaves behind when the text was cut into pieces. */
const CUT_OFF = /(?<=[.!?"'”’)]\s)\d{1,9}[.)]\s*$/u;

/**
 * The numbered items of a text, whether each has a line of its own or they follow each other in one
 * ("0. Ana lives in Porto. 1. Bo lives in Faro."). Nothing where the numbers are none of a list: every sentence
 * but the introduction belongs to an item, and an item is one sentence.
 *
 * A piece cut from a longer list may begin with an item whose number was left in the piece before, and end with
 * a number whose item is in the next one.
 */
export function numberedList(text: string): NumberedList | undefined {
  const body = text.replace(CUT_OFF, (cut) => " ".repeat(cut.length));
  const marks = [...body.matchAll(NUMBER)];
  const first = marks[0];
  if (first === undefined) return undefined;
  if (marks.length < ITEMS && (first.index > 0 || sentencesIn(body.slice(first[0].length)).length > 1))
    return undefined;
  const items: ListItem[] = [];
  const numbers: number[] = [];
  for (const [index, mark] of marks.entries()) {
    const number = Number(mark[1]);
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
  const lowest = Math.min(...numbers);
  return { items, opens: marks.length >= ITEMS && lowest <= 1 && numbers[0] === lowest };
}

/** Up to the end of the line, without white space around it. */
function itemSpan(text: string, from: number, to: number): Span {
  const line = text.slice(from, to).search(/\n/u);
  const end = line === -1 ? to : from + line;
  const item = text.slice(from, end);
  return [from + (item.length - item.trimStart().length), from + item.trimEnd().length];
}
