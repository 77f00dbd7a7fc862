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
   * What it begins with, two characters or more, whatever their case; a blank stands for a few characters that
   * are neither letters nor digits.
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
  readonly #lists: List[] = [];
  /** List of each pair of first characters, seven bits each: other pairs that share them are sorted out later. */
  readonly #table = new Uint16Array(PAIRS);
  /** Symbols that a rule begins with; letters and digits begin one only where a word does. */
  readonly #symbols = new Uint8Array(128);

  constructor(rules: readonly Rule[]) {
    for (const rule of rules)
      for (const start of shortest(rule.starts.map((start) => start.toLowerCase())))
        for (const form of new Set([start, start.toUpperCase()])) this.#enter(rule, start, form);
  }

  #enter(rule: Rule, start: string, form: string): void {
    const first = form.charCodeAt(0);
    if (first < 128 && classOf(first) === OTHER) this.#symbols[first] = 1;
    const pair = pairOf(first, form.charCodeAt(1));
    if (this.#table[pair] === 0)
      this.#table[pair] = this.#lists.push({ thirds: new Uint8Array(128), beginnings: [] });
    const list = this.#lists[(this.#table[pair] as number) - 1] as List;
    const third = form.length === 2 || form[2] === " " ? undefined : lower(form.charCodeAt(2));
    if (third === undefined) list.thirds.fill(1);
    else list.thirds[third] = 1;
    const known = list.beginnings.find((beginning) => beginning.start === start);
    if (known === undefined) list.beginnings.push({ start, rules: [rule] });
    else if (!known.rules.includes(rule)) known.rules.push(rule);
  }

  /** Calls back for everything that the rules find, in order of place. */
  find(text: string, found: (rule: Rule, start: number, end: number) => void): Scanned {
    const table = this.#table;
    const symbols = this.#symbols;
    let tried = 0;
    let longest = 0;
    let wordStart = 0;
    let before = OTHER;
    const last = text.length - 1;
    for (let at = 0; at <= last; at++) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? (CLASSES[code] as number) : FOREIGN;
      if (kind === OTHER) {
        if (at - wordStart > longest) longest = at - wordStart;
        wordStart = at + 1;
        before = OTHER;
        if (symbols[code] === 0) continue;
      } else {
        // A word begins inside `apiKey` as well; scripts without spaces do not tell where one does.
        const inside = before !== OTHER && kind !== FOREIGN && before !== FOREIGN;
        const continues = inside && !(kind === UPPER && before === LOWER);
        before = kind;
        if (continues) continue;
      }
      const number = table[pairOf(code, text.charCodeAt(at + 1))] as number;
      if (number === 0) continue;
      const { thirds, beginnings } = this.#lists[number - 1] as List;
      if (thirds[lower(text.charCodeAt(at + 2))] === 0) continue;
      for (const { start, rules } of beginnings) {
        if (!beginsWith(text, at, start)) continue;
        tried += rules.length;
        for (const rule of rules) tryAt(rule, text, at, found);
      }
    }
    return { tried, longestWord: Math.max(longest, text.length - wordStart) };
  }
}

export interface Scanned {
  /** Patterns tried: what the scan costs. */
  readonly tried: number;
  /** Characters of the longest run of letters and digits. */
  readonly longestWord: number;
}

/** What begins with the same two characters, and which third ones follow. */
interface List {
  readonly thirds: Uint8Array;
  readonly beginnings: { readonly start: string; readonly rules: Rule[] }[];
}

function tryAt(
  rule: Rule,
  text: string,
  at: number,
  found: (rule: Rule, start: number, end: number) => void,
): void {
  rule.pattern.lastIndex = at;
  const match = rule.pattern.exec(text);
  if (match === null || rule.accept?.(match) === false) return;
  const [whole] = match;
  const part = rule.group === undefined ? whole : (match[rule.group] ?? whole);
  const start = at + whole.lastIndexOf(part);
  found(rule, start, start + part.length);
}

/** Without those that begin with another one. */
function shortest(starts: readonly string[]): string[] {
  const distinct = [...new Set(starts)];
  return distinct.filter((one) => !distinct.some((other) => other !== one && one.startsWith(other)));
}

function beginsWith(text: string, at: number, start: string): boolean {
  let place = at;
  for (let offset = 0; offset < start.length; offset++) {
    const wanted = start.charCodeAt(offset);
    if (wanted === BLANK) {
      const from = place;
      while (place - from < BLANKS && isBlank(text.charCodeAt(place))) place++;
      if (place === from) return false;
    } else if (!sameLetter(text.charCodeAt(place++), wanted)) return false;
  }
  return true;
}

/** Neither letter nor digit; not a number at the end of the text. */
function isBlank(code: number): boolean {
  return code < 128 && CLASSES[code] === OTHER;
}

/** Beyond ASCII the pattern decides about the case. */
function sameLetter(code: number, wanted: number): boolean {
  if (code === wanted) return true;
  if (wanted >= 128) return code >= 128;
  return code >= 65 && code <= 90 && (code | 32) === wanted;
}

const BLANK = 32;
const BLANKS = 4;
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

function pairOf(first: number, second: number): number {
  return (lower(first) << 7) | lower(second);
}

function lower(code: number): number {
  return (code >= 65 && code <= 90 ? code | 32 : code) & 127;
}
