import { type ListedFact, named } from "./listedFact.js";
import { canonicalRelation } from "./predicates.js";
import { cuesIn, type FoundCue } from "./relationLexicon.js";

/** Characters of the longest item, and words outside of its names, that are read. */
const ITEM_CHARACTERS = 300;
const SAID_WORDS = 14;

/** Words that hold the capitalised parts of one name together. */
const JOINT = /^(?:of|the|in|for|and|a|an|to|on|de|la|van|von|der|del|di|da|&)$/u;
const CAPITAL = /^["“'‘(]?[\p{Lu}\p{Lt}\p{N}]/u;
/** Words that begin a sentence with a capital and are no part of a name. */
const OPENING =
  /^(?:It|As|Among|In|On|At|By|For|From|With|Of|To|One|Both|Currently|Today|Now|Since|There|Its|Within)$/u;
/** "(film)" belongs to the name before it. */
const BRACKETED = /^\([\p{L}\p{N}]+\)$/u;
/** Words in capitals that are none of a name. */
const TITLE = /^(?:CEO|PM|HQ)[.,]?$/u;
/** Relations that hold both ways are stated of the one who is named first. */
const SYMMETRIC: ReadonlySet<string> = new Set(["spouse", "sibling", "brother", "sister", "twin town"]);
const OWNING = /^(?:has|have|had|with|names|named|counts|lists|appointed|employs|elected|chose)$/u;
const BE = /^(?:is|was|are|were|be|been|being|serves|served|acts|acted|became|remains|gets|got)$/u;

interface Piece {
  readonly from: number;
  readonly to: number;
}

/**
 * The fact of a statement whose wording nobody knows as a whole, from its two names and the words around them:
 * which relation they speak of and whether as a verb or a noun decides who is whose. Works for "O penned S",
 * "S came from the pen of O", "S has O on its payroll" alike.
 *
 * @example
 * framedFact("Orla Venn penned The Lantern of Keld.");
 * // { subject: "The Lantern of Keld", relation: "author", object: "Orla Venn", known: true }
 */
export function framedFact(item: string): ListedFact | undefined {
  if (item.length > ITEM_CHARACTERS) return undefined;
  const words = item
    .replace(/\s+/gu, " ")
    .replace(/[.;]+$/u, "")
    .trim()
    .split(" ");
  const frame = frameOf(words);
  if (frame === undefined) return undefined;
  const { first, second, before, between, after } = frame;
  if (before.length + between.length + after.length > SAID_WORDS) return undefined;
  const cues = cuesIn([...before, ...between, ...after]);
  const cue = isUndecided(cues) ? undefined : cues[0];
  const said = cue === undefined ? byWords(frame) : undefined;
  const relation = cue?.relation ?? said;
  const [one, other] = [first, second].map((name) => named(name.replace(/['’]s?$/u, ""))) as [string, string];
  if (relation === undefined || one === "" || other === "") return undefined;
  const firstIsSubject =
    cue === undefined
      ? !(BE.test(between[0] ?? "") && between[1] === "the" && isJoin(between.at(-1)))
      : isFirstSubject(cue, before, between);
  const read = { relation: canonicalRelation(relation), known: cue !== undefined };
  return firstIsSubject ? { subject: one, ...read, object: other } : { subject: other, ...read, object: one };
}

/** Words of the longest wording that is kept as it is, and verbs in the past without an ending that says so. */
const KEPT_WORDS = 7;
const VERB =
  /^(?:is|was|are|were|has|had|[\p{Ll}-]{2,}(?:s|ed)|became|began|bore|brought|built|came|chose|drew|fell|found|gave|got|grew|held|kept|led|left|made|met|put|ran|rose|sat|saw|set|shot|stood|swore|taught|took|went|won|wore)$/u;

/** Whether a wording is a verb that somebody does to something: "penned", not "penned by", "lives in", "brainchild". */
export function isActive(wording: string): boolean {
  const [verb = ""] = wording.split(" ");
  return (
    VERB.test(verb) &&
    !/^(?:is|was|are|were|has|had)$/u.test(verb) &&
    !/ (?:by|in|on|at|for|from|with|to|of|as|under|within)$/u.test(wording)
  );
}

/** The relation in the words that stand around the names, where they have a verb. */
function byWords({ before, between, after }: Frame): string | undefined {
  const words = [...before, ...between, ...after];
  if (words.length > KEPT_WORDS || between.length === 0 || !words.some((word) => VERB.test(word))) return;
  return words.every((word) => /^[\p{Ll}'’-]+$/u.test(word)) ? words.join(" ") : undefined;
}

/** More than two relations are said as clearly as each other. */
function isUndecided(cues: readonly FoundCue[]): boolean {
  const most = cues[0]?.weight;
  return new Set(cues.flatMap(({ weight, relation }) => (weight === most ? [relation] : []))).size > 2;
}

/** Who of the two is the subject of the fact. */
function isFirstSubject(
  { role, at, relation }: FoundCue,
  before: readonly string[],
  between: readonly string[],
): boolean {
  const place = at < before.length ? "before" : at < before.length + between.length ? "between" : "after";
  const isBe = BE.test(between[0] ?? "");
  // "It was in O that S died", "In O, S died".
  const isFronted = /^(?:it|in|at|on|for|from|under)$/u.test(before[0] ?? "") && role !== "value";
  if (role === "owner") {
    // "S is a citizen of O", "among the citizens of O is S".
    return place !== "before";
  }
  if (role === "value") {
    // "The capital of S is O", "as capital, S has O".
    if (place === "before") return true;
    // "S's capital is O", "S has O as its capital", "S has its capital in O": not "O is the capital of S".
    if (place === "after") return between.length === 0 || OWNING.test(between[0] as string);
    if (SYMMETRIC.has(relation)) return true;
    const predicate = isBe || between[0] === "as";
    return !(predicate && isJoin(between.at(-1)) && !isOwned(between));
  }
  if (isFronted) return role === "agent";
  if (place === "after") {
    // "O is the sport that S plays", "O is where S died"; "S is what O wrote".
    if (isBe || between[0] === "where") return role === "agent";
    // "O had S built".
    return role !== "agent";
  }
  if (role === "verb") return true;
  const index = at - before.length;
  const isPassive = between.slice(0, index + 1).some((word) => BE.test(word)) || between.includes("by");
  return isPassive && relation !== "official language";
}

function isJoin(word: string | undefined): boolean {
  return word !== undefined && /^(?:of|to|for|in|behind|at|over|the)$/u.test(word);
}

/** "is in its capital", "has its base in": what follows is the value. */
function isOwned(words: readonly string[]): boolean {
  return words.some((word) => /^(?:its|his|her|their)$/u.test(word));
}

interface Frame {
  readonly first: string;
  readonly second: string;
  readonly before: readonly string[];
  readonly between: readonly string[];
  readonly after: readonly string[];
}

/** The two names of a statement and the words around them; nothing where it has fewer or more. */
function frameOf(words: readonly string[]): Frame | undefined {
  const names = namesIn(words);
  const text = (from: number, to: number) => words.slice(from, to).join(" ");
  const said = (from: number, to: number) =>
    words.slice(from, to).map((word) => word.toLowerCase().replace(/^[("“']+|[,:;)"”']+$/gu, ""));
  if (names.length === 2) {
    const [a, b] = names as [Piece, Piece];
    const first = text(a.from, a.to).replace(/,$/u, "");
    return {
      first,
      second: text(b.from, b.to).replace(/,$/u, ""),
      before: said(0, a.from),
      between: said(a.to, b.from),
      after: said(b.to, words.length),
    };
  }
  if (names.length !== 1) return undefined;
  // A value in lower case: "Orla plays in the position of keeper", "judo is the sport that Orla plays".
  const [name] = names as [Piece];
  const rest = said(name.to, words.length);
  if (name.from === 0) {
    const cut =
      rest.findLastIndex((word) => /^(?:of|in|at|as|for|to|with|the|an?|is|by|called)$/u.test(word)) + 1;
    const verb = cut > 0 ? cut : rest.length > 1 ? 1 : 0;
    if (verb === 0 || verb >= rest.length) return undefined;
    return {
      first: text(0, name.to),
      second: text(name.to + verb, words.length),
      before: [],
      between: rest.slice(0, verb),
      after: [],
    };
  }
  const be = words.findIndex((word) => BE.test(word));
  if (be < 1) return undefined;
  if (be > name.to) {
    // "The sport of Orla is judo".
    return {
      first: text(name.from, name.to),
      second: text(be + 1, words.length),
      before: said(0, name.from),
      between: said(name.to, be + 1),
      after: [],
    };
  }
  if (be > name.from) return undefined;
  return {
    first: text(0, be),
    second: text(name.from, name.to),
    before: [],
    between: said(be, name.from),
    after: said(name.to, words.length),
  };
}

/** Runs of capitalised words, with the small words that join them; a possessive or a comma ends one. */
function namesIn(words: readonly string[]): Piece[] {
  const names: Piece[] = [];
  for (let from = 0; from < words.length; from++) {
    const word = words[from] as string;
    if (!CAPITAL.test(word) || TITLE.test(word)) continue;
    const next = words[from + 1];
    // A sentence that begins with "The father of" begins with no name.
    if (from === 0 && next !== undefined && !CAPITAL.test(next))
      if (OPENING.test(word) || (/^(?:The|A|An)$/u.test(word) && next !== "of")) continue;
    if (from === 0 && OPENING.test(word) && word !== "One") continue;
    let to = from + 1;
    while (to < words.length && !/(?:['’]s|,|;)$/u.test(words[to - 1] as string)) {
      let over = to;
      while (over < words.length && over - to < 3 && JOINT.test(words[over] as string)) over++;
      if (!CAPITAL.test(words[over] ?? "") || TITLE.test(words[over] as string)) break;
      to = over + 1;
    }
    while (BRACKETED.test(words[to] ?? "")) to++;
    names.push({ from, to });
    from = to - 1;
  }
  return names;
}
