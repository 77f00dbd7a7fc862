/** What a rule found: a half-open range of UTF-16 units, and how sure it is (0 to 1). Never the text itself. */
export interface Found {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
}

/** One way that something looks. */
export interface Rule {
  readonly kind: string;
  /**
   * What it begins with, two characters or more, whatever their case; a blank stands for anything but a letter
   * or digit, and what comes after it is left to the pattern.
   */
  readonly starts: readonly string[];
  /** Sticky, with bounded repetitions only: what it costs at one place does not grow with the text. */
  readonly pattern: RegExp;
  readonly confidence: number;
  /** A second look at what the pattern matched. */
  readonly accept?: (match: RegExpExecArray) => boolean;
  /** The part of the match that is meant; all of it unless said otherwise. */
  readonly group?: number;
}

const PAIRS = 128 * 128;

/**
 * Looks for many rules in one pass. A rule is tried only where a word begins as the rule does, so plain prose
 * costs a table look-up a word, and the whole is linear in the text.
 *
 *     position   "the password is …"
 *     table         pa ──> "password": [assignments]      (th, is: nothing)
 */
export class Scan {
  readonly #lists: (readonly Beginning[])[] = [[]];
  /** List of each pair of first characters, seven bits each: other pairs that share them are sorted out later. */
  readonly #table = new Uint16Array(PAIRS);
  /** Symbols that a rule begins with; letters and digits begin one only where a word does. */
  readonly #symbols = new Uint8Array(128);

  constructor(rules: readonly Rule[]) {
    const byPair = new Map<number, Beginning[]>();
    for (const rule of rules)
      for (const start of shortest(rule.starts.map(folded)))
        for (const form of new Set([start, start.toUpperCase()])) {
          const pair = pairOf(form.charCodeAt(0), form.charCodeAt(1));
          byPair.set(pair, [...(byPair.get(pair) ?? []), { start, rule }]);
          const first = form.charCodeAt(0);
          if (first < 128 && classOf(first) === OTHER) this.#symbols[first] = 1;
        }
    for (const [pair, listed] of byPair) this.#table[pair] = this.#lists.push([...new Set(listed)]) - 1;
  }

  /** Everything that the rules find, in order of place; the number of patterns tried, for tests of its cost. */
  find(text: string, found: (rule: Rule, start: number, end: number) => void): number {
    let tried = 0;
    let before = OTHER;
    const last = text.length - 1;
    for (let at = 0; at < last; at++) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? (CLASSES[code] as number) : FOREIGN;
      const begins = beginsWord(kind, before) || (kind === OTHER && this.#symbols[code] === 1);
      before = kind;
      if (!begins) continue;
      const list = this.#table[pairOf(code, text.charCodeAt(at + 1))] as number;
      if (list === 0) continue;
      for (const { start, rule } of this.#lists[list] as readonly Beginning[]) {
        if (!beginsWith(text, at, start)) continue;
        tried++;
        rule.pattern.lastIndex = at;
        const match = rule.pattern.exec(text);
        if (match === null || rule.accept?.(match) === false) continue;
        const whole = match[0];
        const part = rule.group === undefined ? whole : (match[rule.group] ?? whole);
        const from = at + whole.lastIndexOf(part);
        found(rule, from, from + part.length);
      }
    }
    return tried;
  }
}

interface Beginning {
  readonly start: string;
  readonly rule: Rule;
}

function folded(start: string): string {
  const blank = start.indexOf(" ");
  return (blank === -1 ? start : start.slice(0, blank + 1)).toLowerCase();
}

/** Without those that begin with another one. */
function shortest(starts: readonly string[]): string[] {
  const distinct = [...new Set(starts)];
  return distinct.filter((one) => !distinct.some((other) => other !== one && one.startsWith(other)));
}

function beginsWith(text: string, at: number, start: string): boolean {
  for (let offset = 0; offset < start.length; offset++) {
    const wanted = start.charCodeAt(offset);
    const code = text.charCodeAt(at + offset);
    if (code === wanted) continue;
    if (wanted === BLANK ? code < 128 && classOf(code) !== OTHER : !sameLetter(code, wanted)) return false;
  }
  return true;
}

/** Beyond ASCII the pattern decides about the case. */
function sameLetter(code: number, wanted: number): boolean {
  if (wanted >= 128) return code >= 128;
  return code >= 65 && code <= 90 && (code | 32) === wanted;
}

const BLANK = 32;
const OTHER = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
const FOREIGN = 4;

const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => classOf(code));

function classOf(code: number): number {
  if (code >= 97 && code <= 122) return LOWER;
  if (code >= 65 && code <= 90) return UPPER;
  return code >= 48 && code <= 57 ? DIGIT : OTHER;
}

/** Also inside `apiKey`; scripts without spaces have no beginnings of words that could be told cheaply. */
function beginsWord(kind: number, before: number): boolean {
  if (kind === OTHER) return false;
  if (kind === FOREIGN) return true;
  return before === OTHER || before === FOREIGN || (kind === UPPER && before === LOWER);
}

function pairOf(first: number, second: number): number {
  return (lower(first) << 7) | lower(second);
}

function lower(code: number): number {
  return (code >= 65 && code <= 90 ? code | 32 : code) & 127;
}
