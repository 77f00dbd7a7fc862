import { canonicalJson, type MemCube, textOf } from "../../../memcube/index.js";
import { termsOf } from "../../retrieval/analysis.js";

/** Cosine of two vectors from which two texts may say the same. */
export const NEAR_COSINE = 0.8;

/** Share of the different words of two texts that both have (Jaccard) from which they may say the same. */
export const NEAR_OVERLAP = 0.6;

/** Telling words that a text has at least: "Sounds great, thanks!" says nothing without what was said before it. */
export const TELLING_WORDS = 3;

/** Two episodes further apart are two events, however alike they are told. */
export const SAME_OCCASION_MS = 24 * 3_600_000;

/** Words of a near-duplicate at most: longer texts say more than one thing. */
const WORDS_AT_MOST = 200;

/** Words that can be there or not without a change of what is said. */
const FILLERS = words(`a an the oh hey hi hello ok okay please hmm um uh ah wow haha lol btw anyway`);

/** The same, but for texts that deny something: "not just a nurse" is a nurse, "not a nurse" is none. */
const INTENSIFIERS =
  words(`really very just so actually basically literally definitely totally simply quite honestly
  certainly indeed truly`);

const NEGATIONS = words("not no never nor neither none nothing nobody nowhere without hardly barely cannot");

/** "Well" at the beginning of a sentence; elsewhere it says how. */
const OPENING = /(^|[.!?]\s+)well\b,?/gu;

/** Words that say nothing by themselves: they are compared as all others, and make no text telling. */
const UNTELLING =
  words(`i me my mine myself you your yours he him his she her hers it its they them their we us our
  this that these those here there and or but if then than as of at by for from in into on onto to with about over
  under is am are was were be been being do does did have has had will would can could shall should may might must
  what which who whom whose when where why how not no yes too also some any all much many more most sounds sound
  great good nice cool awesome amazing thanks thank sure right yeah glad happy hope see know think guess mean say
  said agree same let know lovely wonderful fantastic absolutely exactly take care talk soon later bye congrats
  congratulations sorry idea fun`);

/** Words whose meaning depends on the day on which they are said. */
const DEICTIC =
  words(`today tonight yesterday tomorrow now currently recently lately soon ago last next this morning
  afternoon evening week weekend month year monday tuesday wednesday thursday friday saturday sunday
  already yet still again earlier later`);

const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\bcan['’]t\b/giu, "can not"],
  [/\bwon['’]t\b/giu, "will not"],
  [/n['’]t\b/giu, " not"],
  [/\bi['’]m\b/giu, "i am"],
  [/['’]re\b/giu, " are"],
  [/['’]ve\b/giu, " have"],
  [/['’]ll\b/giu, " will"],
];

const WORD = /[\p{L}\p{M}]+|\p{N}+(?:[.,:/-]\p{N}+)*|[+\-−%$€£¥°](?=\S|$)/gu;

/** Scripts whose words have no spaces between them: compared as the terms that the index makes of them. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** A text as it is compared: see {@link saysTheSame}. */
export interface Saying {
  /** Its words without fillers, in order. */
  readonly words: readonly string[];
  /** Its different words, fillers too. */
  readonly all: ReadonlySet<string>;
  /** Whether some word depends on the day. */
  readonly deictic: boolean;
  /** Whether it can be understood by itself and states something. */
  readonly telling: boolean;
}

/** Reads a text for comparison. */
export function sayingOf(text: string): Saying {
  let folded = text.normalize("NFKC").toLowerCase();
  for (const [pattern, spelled] of CONTRACTIONS) folded = folded.replace(pattern, spelled);
  folded = folded.replace(OPENING, "$1");
  const all = UNSPACED.test(folded) ? termsOf(folded) : (folded.match(WORD) ?? []);
  const denies = all.some((word) => NEGATIONS.has(word));
  const kept = all.filter((word) => !FILLERS.has(word) && (denies || !INTENSIFIERS.has(word)));
  return {
    words: kept,
    all: new Set(all),
    deictic: all.some((word) => DEICTIC.has(word)),
    telling:
      kept.length <= WORDS_AT_MOST &&
      !text.includes("?") &&
      !text.includes("？") &&
      new Set(kept.filter((word) => !UNTELLING.has(word))).size >= TELLING_WORDS,
  };
}

/**
 * Whether two texts differ in nothing but fillers, contractions, case and punctuation: the same words stand in
 * the same order. This is stricter than a measure of likeness, and has to be: "I have 2 cats" and "I have 3
 * cats", "my sister is a nurse" and "my brother is a nurse", "I live in Lisbon" and "I lived in Lisbon", "Ana
 * told Bo" and "Bo told Ana" are as near to each other as texts get, by vectors and by shared words, and say
 * different things. A number, a date, a name, a negation, a tense or a role is always a word, so a difference in
 * words is taken to be one in meaning; what else would be a paraphrase stays two memories. Symmetric, and
 * transitive but for the bound on the overlap.
 */
export function saysTheSame(a: Saying, b: Saying): boolean {
  return (
    a.telling &&
    b.telling &&
    a.words.length === b.words.length &&
    a.words.every((word, at) => word === b.words[at]) &&
    overlap(a.all, b.all) >= NEAR_OVERLAP
  );
}

/** A cube as it is compared with others of its owner. */
export interface Comparable {
  readonly cube: MemCube;
  readonly saying: Saying;
  readonly vector: Float32Array | null;
  /** What is said about the text rather than in it. */
  readonly framing: string;
  readonly at: number;
}

export function comparable(cube: MemCube, vector: Float32Array | null): Comparable {
  return {
    cube,
    saying: sayingOf(textOf(cube) ?? ""),
    vector,
    framing: framingOf(cube),
    at: Date.parse(cube.time.occurredAt ?? cube.time.recordedAt),
  };
}

/**
 * Whether two cubes are near-duplicates: {@link saysTheSame}, by the same speaker and with the same attributes of
 * callers, {@link NEAR_COSINE} where both have a vector, and for episodes on the same occasion. Words such as
 * "yesterday" mean the same on the same day only.
 */
export function nearDuplicates(a: Comparable, b: Comparable): boolean {
  if (a.framing !== b.framing || !saysTheSame(a.saying, b.saying)) return false;
  const apart = Math.abs(a.at - b.at);
  if (a.cube.type === "episodic" && apart > SAME_OCCASION_MS) return false;
  if (a.saying.deictic && dayOf(a.at) !== dayOf(b.at)) return false;
  return a.vector === null || b.vector === null || cosine(a.vector, b.vector) >= NEAR_COSINE;
}

/** Everything that a merge could not keep when it differs: whose it is, what it is, and how long it is kept. */
function framingOf({ scope, type, attributes, provenance, time, governance }: MemCube): string {
  const { session: _, ...owner } = scope;
  const { authors, metadata, title } = attributes;
  const said = (["keywords", "tags", "context", "facts", "links"] as const).map((name) =>
    authors[name] === "caller" ? attributes[name] : undefined,
  );
  const { origin, actor } = provenance;
  const { validFrom, validTo } = time;
  const { expiresAt, retention } = governance;
  return canonicalJson({
    owner,
    type,
    title,
    metadata,
    said,
    origin,
    actor,
    validFrom,
    validTo,
    expiresAt,
    retention,
  });
}

/** Of two vectors of length 1; 0 when they are not of one space. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  const either = a.size + b.size - shared;
  return either === 0 ? 0 : shared / either;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function words(listed: string): ReadonlySet<string> {
  return new Set(listed.trim().split(/\s+/));
}
