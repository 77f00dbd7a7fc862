import { type Phrase, readDate, readList, skip } from "./phrases.js";

/** What a clause says of its subject. `swap` is for "Ana wrote X", which is a fact about X. */
export interface Found {
  relation: string;
  objects: Phrase[];
  swap?: boolean;
}

/** How a verb tells facts. */
export interface VerbShape {
  /** One of these words, in lower case, is in every sentence of this shape. */
  words: string[];
  verb: RegExp;
  /** The past tense: what it says need not hold any more. */
  past?: boolean;
  /** A change: its date is when the fact begins to hold. */
  event?: boolean;
  /** Only in conversation: in articles these verbs mean too many things. */
  conversation?: boolean;
  /** May follow "X is a film …" without a verb of its own. */
  participle?: boolean;
  /** Said of works, whose titles may look like anything. */
  work?: boolean;
  read(sentence: string, at: number, match: RegExpExecArray): Found[];
}

export type Reader = (sentence: string, at: number) => Phrase | undefined;
export interface Slot {
  after: RegExp;
  read: Reader;
  relation: string;
  list?: boolean;
  swap?: boolean;
}

const NEUTRAL =
  /,? (?:there|together|again|also|currently|now|originally|here|back|initially|posthumously)(?=[ ,.])|,? (?:in|on|since|from|until|during|around|about|circa) (?=\d|January|February|March|April|May|June|July|August|September|October|November|December|the summer|the early|the late)/uy;

/** Reads the complements of a verb in any order: "in Porto on 3 May 1980". */
export function slots(...list: Slot[]): VerbShape["read"] {
  return (sentence, start) => {
    const found: Found[] = [];
    let at = start;
    for (let times = 0; times < 5; times++) {
      const next = readSlot(sentence, at, list, found) ?? skipNeutral(sentence, at);
      if (next === undefined) break;
      at = next;
    }
    return found;
  };
}

function readSlot(sentence: string, at: number, list: Slot[], found: Found[]): number | undefined {
  for (const slot of list) {
    slot.after.lastIndex = at;
    const after = slot.after.exec(sentence);
    if (after === null || found.some(({ relation }) => relation === slot.relation)) continue;
    const from = at + after[0].length;
    const first = slot.list ? readList(sentence, from, slot.read) : (slot.read(sentence, from) ?? []);
    const objects = Array.isArray(first) ? first : [first];
    const last = objects.at(-1);
    if (last === undefined) continue;
    found.push({ relation: slot.relation, objects, ...(slot.swap ? { swap: true } : {}) });
    return last.end;
  }
  return undefined;
}

function skipNeutral(sentence: string, at: number): number | undefined {
  const next = skip(NEUTRAL, sentence, at);
  if (next === at) return undefined;
  return readDate(sentence, next)?.end ?? next;
}

export const IN = /,? (?:in|at|near) (?:the city of )?/uy;
export const ON = /,? (?:on|in) /uy;

/** Forms of "to be" and "to have" before a participle, as sources of regular expressions. */
export const BE = `(?:(?:is|was|am|are|were|be|been|['’](?:s|m|re))(?: (?:also|now|currently|originally|first|best|mostly|widely|well|both|still|mainly|primarily|formerly|officially|later|jointly|only))? )`;
export const HAVE = `(?:(?:have|has|had|['’](?:ve|s)) )`;
