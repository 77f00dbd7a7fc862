import { ATTRIBUTES, RELATIVES } from "./kinds.js";
import { isPossessive, nameKey, type Phrase, readName, readQuoted, skip } from "./phrases.js";
import { canonicalRelation } from "./predicates.js";

/** Who and what the pronouns of a sentence stand for. */
export interface Context {
  /** Who says "I". */
  speaker: string | undefined;
  /** What the text is about. */
  title: string | undefined;
  /** What the text calls its subject: "film", "village". */
  kind: string | undefined;
  titleIsThing: boolean;
  /** Who "he", "she" or "it" is, when that is clear. */
  focus: { name: string; thing: boolean } | undefined;
}

/** The subject of a clause: `name` is resolved, the span is where it stands. */
export interface Subject {
  name: string;
  start: number;
  end: number;
  firstPerson: boolean;
  /** In "my sister Ana": that Ana is the speaker's sister. */
  relative?: { owner: string; relation: string };
  /** In "my sister" without a name: whose and what. */
  owned?: { owner: string; relation: string };
}

const LEAD_IN =
  /(?:(?:yeah|yep|yes|no|oh|ok|okay|well|hey|hi|hello|wow|so|and|but|also|actually|btw|by the way|anyway|honestly|fortunately|luckily|currently|now|nowadays|today|right now|these days|at the moment|as you know|thanks|thank you|haha|lol|cool|nice|great|sure|fun fact|update|guess what|recently|originally|eventually|later|then|finally|in fact|for example|however|professionally|fyi)(?: \p{Lu}\p{L}+)?[,!.:…-]* |(?:in|on|since|from|after|by|during|at|as of|until|around|before) [^,;]{1,60}, |(?:in|since) (?:\p{Lu}\p{L}+ )?\d{4} |\p{L}{3,}ly, )/iuy;

/** Where a clause that begins at `from` really begins: after greetings and adverbials. */
export function skipLeadIn(sentence: string, from: number): number {
  let at = from;
  for (let times = 0; times < 4; times++) {
    const next = skip(LEAD_IN, sentence, at);
    if (next === at) break;
    at = next;
  }
  return at;
}

const ADVERBS =
  /\s(?:now|currently|also|still|actually|just|recently|originally|really|finally|officially|already|later|first|then|eventually|soon|absolutely|totally|always|mostly|usually|both|mainly|primarily|initially|formerly|previously|subsequently|today|proudly|even|so|truly|definitely|especially|particularly|personally)$/iu;
const PARENTHESES = /\s?\([^()]{0,120}\),?$/u;
const APPOSITION = /,\s(?!and\b|but\b|so\b)[^,;]{1,90}(?:,\s(?:Jr|Sr)\.)?,$/u;
const CLAUSE_START = /(?:[;:—]|\s[–-]|,?\s(?:and|but|so|because)|,)\s/gu;

/** The subject that ends where the verb begins; nothing when anything else stands before the verb. */
export function subjectBefore(sentence: string, verb: number, context: Context): Subject | undefined {
  const to = trimEnd(sentence, verb);
  const whole = subjectBetween(sentence, skipLeadIn(sentence, 0), to, context);
  if (whole !== undefined) return whole;
  const short = trimAppositions(sentence, to);
  if (short !== to) {
    const trimmed = subjectBetween(sentence, skipLeadIn(sentence, 0), short, context);
    if (trimmed !== undefined) return trimmed;
  }
  const start = lastClause(sentence, to, context);
  return start === undefined ? undefined : subjectBetween(sentence, skipLeadIn(sentence, start), to, context);
}

function trimEnd(sentence: string, verb: number): number {
  let left = sentence.slice(0, verb).trimEnd();
  for (let times = 0; times < 3; times++) left = left.replace(ADVERBS, "").trimEnd();
  return left.length;
}

function trimAppositions(sentence: string, to: number): number {
  let left = sentence.slice(0, to);
  for (let times = 0; times < 2; times++)
    left = left.replace(PARENTHESES, "").replace(APPOSITION, "").trimEnd();
  return left.replace(/,$/u, "").length;
}

const WORK_TITLE =
  /^(?:[\p{Lu}\p{N}][^\s,;:()]*|of|the|an?|and|in|to|with|for|at|on|from|&|or|vs\.?|[:!?-])$/u;

/** A title of odd shape that fills the sentence up to the verb: "Dumb and Dumber was …". */
export function titleBefore(sentence: string, verb: number): Subject | undefined {
  const start = skipLeadIn(sentence, 0);
  const name = sentence.slice(start, verb).trimEnd();
  const words = name.split(" ");
  if (words.length < 2 || words.length > 12 || !/^[\p{Lu}\p{N}]/u.test(name)) return undefined;
  if (!words.every((word) => WORK_TITLE.test(word.replace(/[:,!?]$/u, "")))) return undefined;
  return { name, start, end: start + name.length, firstPerson: false };
}

/** Where the clause before the verb begins: after the last comma or conjunction that joins clauses. */
function lastClause(sentence: string, to: number, context: Context): number | undefined {
  let last: RegExpExecArray | undefined;
  for (const match of sentence.slice(0, to).matchAll(CLAUSE_START)) last = match;
  if (last === undefined) return undefined;
  // "John and Mary": the conjunction joins names, so what follows is half a subject.
  const before = subjectBetween(sentence, skipLeadIn(sentence, 0), last.index, context);
  const joinsClauses = before === undefined && !/^(?:,|,?\sand)\s$/u.test(last[0]);
  if (joinsClauses) return last.index + last[0].length;
  if (before !== undefined) return undefined;
  // After "and" or a comma only who cannot be part of a list of names.
  const after = last.index + last[0].length;
  return /^(?:I|[Hh]e|[Ss]he|[Ii]t|[Mm]y|[Hh]is|[Hh]er|[Ii]ts)\s|^(?:I|he|she|it)$/u.test(
    sentence.slice(after, Math.max(to, after)),
  )
    ? after
    : undefined;
}

const OWNER = /(my|his|her|its|(?<name>\p{Lu}[^,;:]{0,60}?)['’]s?)\s+/iuy;
const NOUNS = /\p{Ll}(?:[\p{L}\p{M}-]|['’](?!s\b))*(?:\s\p{Ll}(?:[\p{L}\p{M}-]|['’](?!s\b))*){0,3}/uy;
const ADJECTIVES =
  /(?:(?:dear|older|elder|eldest|oldest|younger|youngest|little|big|baby|twin|good|best|close|old|new|current|late|former|other|own|beloved|lovely|sweet|only|oldest|cute|adorable|amazing|great|wonderful)\s)*/uy;

/** The subject that is exactly `sentence.slice(from, to)`. */
function subjectBetween(sentence: string, from: number, to: number, context: Context): Subject | undefined {
  if (from >= to) return undefined;
  const text = sentence.slice(from, to);
  const span = { start: from, end: to };
  if (text === "I") {
    return context.speaker === undefined ? undefined : { name: context.speaker, firstPerson: true, ...span };
  }
  if (/^(?:he|she|it)$/iu.test(text)) {
    const focus = pronoun(text, context);
    return focus === undefined ? undefined : { name: focus, firstPerson: false, ...span };
  }
  if (context.title !== undefined && nameKey(text) === nameKey(context.title))
    return { name: context.title, firstPerson: false, ...span };
  const owned = ownedBetween(sentence, from, to, context);
  if (owned !== undefined) return owned;
  const name = nameBetween(sentence, from, to);
  if (name !== undefined) return { name: resolveTitle(name, context), firstPerson: false, ...span };
  const kind = /^the (?:\p{L}+ ){0,2}?(\p{L}+)$/iu.exec(text)?.[1];
  if (kind !== undefined && context.kind === kind.toLowerCase() && context.title !== undefined)
    return { name: context.title, firstPerson: false, ...span };
  return undefined;
}

function nameBetween(sentence: string, from: number, to: number): string | undefined {
  const start = skip(/[Tt]he (?=\p{Lu})/uy, sentence, from);
  for (const read of [readName, readQuoted]) {
    const phrase = read(sentence, start);
    if (phrase?.end === to) return phrase.text;
    // "Paris, Ontario"
    if (phrase !== undefined && read === readName && sentence.startsWith(", ", phrase.end)) {
      const part = readName(sentence, phrase.end + 2);
      if (part?.end === to) return sentence.slice(phrase.start, to);
    }
  }
  return undefined;
}

export function pronoun(text: string, context: Context): string | undefined {
  const isThingPronoun = /^its?$/iu.test(text);
  return context.focus?.thing === isThingPronoun ? context.focus.name : undefined;
}

/** "my sister", "Ana's dog Max", "his wife, Maria,". */
function ownedBetween(sentence: string, from: number, to: number, context: Context): Subject | undefined {
  const possessive = readOwner(sentence, from, context);
  if (possessive === undefined) return undefined;
  const noun = readOwned(sentence, possessive.end);
  if (noun === undefined || noun.end > to) return undefined;
  const { owner, firstPerson } = possessive;
  const relation = canonicalRelation(noun.text);
  const span = { start: from, end: to };
  const isRelative = RELATIVES.has(noun.text);
  if (noun.end === to)
    return isRelative || ATTRIBUTES.has(noun.text)
      ? { name: `${owner}'s ${noun.text}`, firstPerson, owned: { owner, relation }, ...span }
      : undefined;
  if (!isRelative) return undefined;
  const named = /^,? /u.exec(sentence.slice(noun.end, to));
  const name = named === null ? undefined : readName(sentence, noun.end + named[0].length);
  if (name === undefined || sentence.slice(name.end, to).replace(/^,/u, "") !== "") return undefined;
  return { name: name.text, firstPerson: false, relative: { owner, relation }, ...span };
}

/** Who owns: "my", "his" or "Ana's", and where the noun begins. */
export function readOwner(
  sentence: string,
  at: number,
  context: Context,
): { owner: string; firstPerson: boolean; end: number } | undefined {
  OWNER.lastIndex = at;
  const match = OWNER.exec(sentence);
  if (match === null) return undefined;
  const end = OWNER.lastIndex;
  const word = (match[1] ?? "").toLowerCase();
  if (word === "my")
    return context.speaker === undefined ? undefined : { owner: context.speaker, firstPerson: true, end };
  if (word === "his" || word === "her" || word === "its") {
    const owner = pronoun(word === "its" ? "it" : "he", context);
    return owner === undefined ? undefined : { owner, firstPerson: false, end };
  }
  const name = readName(sentence, skip(/[Tt]he (?=\p{Lu})/uy, sentence, at));
  if (name === undefined || !isPossessive(sentence, name.end)) return undefined;
  return { owner: resolveTitle(name.text, context), firstPerson: false, end };
}

const FAVOURITE =
  /^(?:all-time )?(?:favou?rite|fave)(?: (?!is\b|was\b|are\b|to\b|has\b|in\b|of\b|that\b)\p{Ll}[\p{L}-]*){1,3}/u;

/** The noun after an owner, without adjectives that do not make another relation of it. */
export function readOwned(sentence: string, at: number): Phrase | undefined {
  const favourite = FAVOURITE.exec(sentence.slice(at, at + 60))?.[0];
  if (favourite !== undefined) return { text: favourite, start: at, end: at + favourite.length };
  const start = skip(ADJECTIVES, sentence, at);
  for (const from of new Set([start, at])) {
    NOUNS.lastIndex = from;
    const words = NOUNS.exec(sentence)?.[0].split(/\s/u) ?? [];
    for (let count = words.length; count > 0; count--) {
      const text = words.slice(0, count).join(" ");
      if (RELATIVES.has(text) || ATTRIBUTES.has(text)) return { text, start: from, end: from + text.length };
    }
  }
  return undefined;
}

/** The title itself for a shorter or longer form of it: "Herzog" in an article on Werner Herzog. */
export function resolveTitle(name: string, { title, titleIsThing, kind }: Context): string {
  if (title === undefined) return name;
  const whole = nameKey(title).split(" ");
  const words = nameKey(name).split(" ");
  if (words.length === whole.length && words.every((word, index) => word === whole[index])) return title;
  const isPerson = kind !== undefined && !titleIsThing;
  if (!isPerson || whole.length < 2) return name;
  const outer =
    words.length === 1 && whole.length <= 3 && (words[0] === whole[0] || words[0] === whole.at(-1));
  const longer = words.length > whole.length && whole.every((word) => words.includes(word));
  return outer || longer ? title : name;
}
