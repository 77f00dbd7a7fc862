import { entityKey, foldedWord, type Word, wordsIn } from "./words.js";

/**
 * How a cube names an entity: `title` is what the cube is about, `name` a full name in its text, `part` the
 * beginning or end of a name ("Obama" of "President Barack Obama").
 */
export type MentionRole = "title" | "name" | "part";

export interface Mention {
  /** What the entity is known by inside one owner's memory (see `entityKey`). */
  readonly key: string;
  readonly role: MentionRole;
  /** Where the name first stands in the text, in UTF-16 units; the beginning of the text for a title. */
  readonly span: readonly [start: number, end: number];
}

/** Different entities kept of one cube; the first ones of a longer text. */
export const MENTIONS_PER_CUBE = 512;

/** Words of the longest name. */
export const NAME_WORDS = 10;

/** Characters of a text that are read for names. */
export const READ_CHARACTERS = 200_000;

const set = (words: string) => new Set(words.split(/\s+/));

/** Lower-case words that stand inside names. */
const CONNECTORS = set(
  "of the and de la le du von van der den di da del in for to on at an los las el y e und et with from a",
);

/** Of these the ones that stand as often between two names as inside one: "War and Peace", "Ana in Lisbon". */
const BETWEEN = set("and to on at in for from with y et und a");

/** Words that begin a sentence with a capital without being a name. */
const OPENERS = set(
  `the a an in on at of and or but he she it they we i you his her its their this that these those there here when
  while after before as by for from with to into if is was are were be been has have had not no also however
  although though because since until during under over both each many some most all one two three first our my
  your who what which where why how then so than such other another more new several according among between
  despite following later like once only per through within without upon yet early late im ive id ill dont
  didnt thats theres whats lets yes yeah yep no nope oh ok okay wow hey hi hello thanks thank sure sorry well
  haha lol cool great awesome nice good really just can could would should will do did does please maybe
  absolutely definitely totally glad congrats congratulations bye take sounds looks got getting keep having
  being any very too even now today tomorrow yesterday nothing something everything everyone someone`,
);

/** Names of times are no entities: they are time expressions. */
const TIMES = set(
  `january february march april may june july august september october november december monday tuesday wednesday
  thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec`,
);

const BESIDE_TIMES = /^(?:last|next|this|early|late|mid|\p{N}+(?:st|nd|rd|th)?)$/u;

const BEGINS_CAPITAL = /^[\p{Lu}\p{Lt}]/u;
const CAPITAL_OR_DIGIT = /^[\p{Lu}\p{Lt}\p{N}]/u;
const DIGITS = /^\p{N}+$/u;
const INSIDE_NAME = /^(?:[ \u00a0\-–]|\. ?)$/u;
const SENTENCE_END = /[.!?…:;\n"“”«»。！？]/u;

const QUOTED =
  /"([^"\n]{2,80})"|“([^”\n]{2,80})”|«([^»\n]{2,80})»|「([^」\n]{1,40})」|『([^』\n]{1,40})』|《([^》\n]{1,40})》/gu;

/** Runs of Katakana are names and loan words, which is what capitals are elsewhere. */
const KATAKANA = /[\p{Script=Katakana}ー・]{3,}/gu;

/** What follows a title in parentheses tells it from others of the same name: "Brand (play)". */
const QUALIFIER = /\s*[(（][^()（）]*[)）]\s*$/u;

/**
 * The entities that a text names, found by rules: spans of capitalised words with the connectors inside them,
 * their beginnings and ends, quoted titles, runs of Katakana, and the title of the text. Each entity once, in
 * the order of the text, with its strongest role. Takes time linear in the text.
 */
export function mentionsIn(text: string, title = ""): Mention[] {
  const found = new Map<string, Mention>();
  const note = (key: string, role: MentionRole, start: number, end: number) => {
    if (role !== "title" && !isName(key)) return;
    const known = found.get(key);
    if (known === undefined) {
      if (found.size < MENTIONS_PER_CUBE) found.set(key, { key, role, span: [start, end] });
    } else if (role === "name" && known.role === "part") found.set(key, { ...known, role });
  };
  for (const key of titleKeys(title)) note(key, "title", 0, 0);
  const read = text.length > READ_CHARACTERS ? text.slice(0, READ_CHARACTERS) : text;
  const words = wordsIn(read);
  for (const { from, to, opens } of capitalisedSpans(read, words)) {
    const span = words.slice(from, to);
    // One capitalised word at the beginning of a sentence may be any word.
    noteSpan(span, opens && span.length === 1 ? "part" : "name", note);
  }
  for (const pattern of [QUOTED, KATAKANA])
    for (const match of read.matchAll(pattern)) {
      const name = match.slice(1).find((group) => group !== undefined) ?? match[0];
      const start = match.index + match[0].indexOf(name);
      const key = entityKey(name);
      if (key.split(" ").length <= NAME_WORDS) note(key, "name", start, start + name.length);
    }
  return [...found.values()];
}

/** The keys that a title goes by: as it is, and without the parentheses that tell it from others. */
export function titleKeys(title: string): string[] {
  return [...new Set([entityKey(title), entityKey(title.replace(QUALIFIER, ""))])].filter(
    (key) => key !== "",
  );
}

/** A run of words of a question that could be the title of a cube. */
export interface PossibleTitle {
  readonly key: string;
  /** Half-open range of its words, or of characters in a script without spaces. */
  readonly from: number;
  readonly to: number;
}

/**
 * Every run of words of a question that could be the title of a cube, longest first; for scripts without
 * spaces every run of characters. The caller looks up which of them are titles. Where the question writes
 * names with capitals, a run without one ("the place of birth") is no name.
 */
export function possibleTitles(question: string): PossibleTitle[] {
  const read = question.slice(0, QUESTION_CHARACTERS).normalize("NFKC");
  const said = wordsIn(read).map((word) => word.text);
  const folded = said.map(foldedWord);
  const hasCapitals = said.some((word, at) => at > 0 && word !== "I" && BEGINS_CAPITAL.test(word));
  const found = new Map<string, PossibleTitle>();
  const note = (key: string, from: number, to: number) => {
    if (!found.has(key)) found.set(key, { key, from, to });
  };
  for (let length = Math.min(NAME_WORDS, said.length); length > 0; length--)
    for (let from = 0; from + length <= said.length; from++) {
      const run = folded.slice(from, from + length);
      if (run.every((word) => CONNECTORS.has(word) || OPENERS.has(word))) continue;
      if (hasCapitals && !said.slice(from, from + length).some((word) => CAPITAL_OR_DIGIT.test(word)))
        continue;
      note(run.join(" "), from, from + length);
    }
  for (const match of read.matchAll(UNSPACED_RUN)) {
    const characters = [...match[0]];
    // Behind the words, so that the two kinds of ranges do not meet.
    const base = QUESTION_CHARACTERS + match.index;
    for (let length = Math.min(NAME_WORDS, characters.length); length > 1; length--)
      for (let from = 0; from + length <= characters.length; from++)
        note(characters.slice(from, from + length).join(""), base + from, base + from + length);
  }
  return [...found.values()];
}

/** Of titles that overlap in a question only the longest: "Dancing in the Rain (film)" does not ask for "Rain". */
export function longestTitles(titles: readonly PossibleTitle[]): PossibleTitle[] {
  const kept: PossibleTitle[] = [];
  for (const title of [...titles].sort((a, b) => b.to - b.from - (a.to - a.from)))
    if (!kept.some((other) => title.from < other.to && other.from < title.to)) kept.push(title);
  return kept;
}

/** Characters of a question in which titles are looked for. */
const QUESTION_CHARACTERS = 400;

const UNSPACED_RUN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]{2,}/gu;

/** "Friday the 13th of March", "Last Friday": nothing but the name of a time and what goes with it. */
function isTime(words: readonly string[]): boolean {
  return (
    words.some((word) => TIMES.has(word)) &&
    words.every((word) => TIMES.has(word) || BESIDE_TIMES.test(word) || CONNECTORS.has(word))
  );
}

function isName(key: string): boolean {
  if (key.includes(" ")) return !isTime(key.split(" "));
  if (DIGITS.test(key) || OPENERS.has(key) || TIMES.has(key) || CONNECTORS.has(key)) return false;
  // A single ideograph can be a name, a single letter is an initial.
  return (
    key.length > 2 || (key.length > 0 && !/^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u.test(key))
  );
}

interface Span {
  /** Half-open range of words. */
  readonly from: number;
  readonly to: number;
  /** Whether it stands at the beginning of a sentence. */
  readonly opens: boolean;
}

function* capitalisedSpans(text: string, words: readonly Word[]): Generator<Span> {
  const gap = (at: number) => text.slice((words[at - 1] as Word).end, (words[at] as Word).start);
  const opensSentence = (at: number) => at === 0 || SENTENCE_END.test(gap(at));
  for (let at = 0; at < words.length; ) {
    const first = words[at] as Word;
    if (!BEGINS_CAPITAL.test(first.text)) {
      at++;
      continue;
    }
    const folded = foldedWord(first.text);
    const opens = opensSentence(at);
    if (OPENERS.has(folded) && (opens || CONNECTORS.has(folded))) {
      at++;
      continue;
    }
    let end = at + 1;
    for (let next = end; next < words.length; ) {
      const between = gap(next);
      const before = words[next - 1] as Word;
      // A full stop ends a name, unless it stands after an initial or an abbreviation of two letters.
      if (!INSIDE_NAME.test(between) || (between === ". " && before.text.length > 2)) break;
      const word = words[next] as Word;
      if (CAPITAL_OR_DIGIT.test(word.text)) end = ++next;
      else if (CONNECTORS.has(word.text) && next - end < 3) next++;
      else break;
    }
    yield { from: at, to: end, opens };
    at = end;
  }
}

function noteSpan(
  span: readonly Word[],
  role: MentionRole,
  note: (key: string, role: MentionRole, start: number, end: number) => void,
): void {
  const words = span.length > NAME_WORDS ? span.slice(0, NAME_WORDS) : span;
  const keys = words.map((word) => foldedWord(word.text));
  const put = (from: number, to: number, as: MentionRole) => {
    let start = from;
    let end = to;
    while (start < end && CONNECTORS.has((words[start] as Word).text)) start++;
    while (end > start && CONNECTORS.has((words[end - 1] as Word).text)) end--;
    if (start === end) return;
    const key = keys.slice(start, end).join(" ");
    note(key, as, (words[start] as Word).start, (words[end - 1] as Word).end);
  };
  put(0, words.length, role);
  for (let from = 0, at = 0; at <= words.length; at++)
    if (at === words.length || BETWEEN.has((words[at] as Word).text)) {
      put(from, at, role);
      from = at + 1;
    }
  for (let cut = 1; cut < words.length; cut++) {
    put(0, cut, "part");
    put(cut, words.length, "part");
  }
}
