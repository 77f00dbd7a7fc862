import { factQuestion, foldedWord, kindOf } from "../../graph/extraction/index.js";
import { throwIfAborted } from "../aborted.js";
import { isStopWord } from "../retrieval/analysis.js";
import { type CurrentFact, type CurrentFacts, keysOfName } from "./currentFacts.js";
import { GRAPH_LIMITS } from "./operations.js";
import {
  askedKinds,
  askForAnother,
  isNoAnswer,
  type Match,
  matchOf,
  type QuestionWord,
  questionWords,
} from "./questionWords.js";
import { LIKE, type RelationLikeness } from "./relationLikeness.js";

/** A chain of facts that may answer a question. */
export interface Walked {
  readonly hops: readonly CurrentFact[];
  /** The share of what the question asks that the chain accounts for, 0 to 1. */
  readonly fit: number;
}

interface Start {
  readonly name: string;
  readonly keys: readonly string[];
  readonly from: number;
  readonly to: number;
}

interface Path {
  readonly start: Start;
  readonly hops: readonly CurrentFact[];
  /** Numbers of words that are accounted for. */
  readonly used: ReadonlySet<number>;
  /** What the hops matched, in weights of words. */
  readonly matched: number;
  readonly order: number;
  readonly last: number | undefined;
}

/** Words of the longest name. */
const NAME_WORDS = 16;

/** Names of a question from which walks begin. */
const STARTS = 8;

/** Chains that are followed further at each hop. */
const BEAM = 32;

/** What a word that nothing accounts for costs, in words that something does. */
const UNSAID = 0.7;

/** What a value of the kind that is asked for is worth, and what one of another kind costs. */
const KIND_FITS = 0.7;
const KIND_DIFFERS = 0.6;

/** What a chain costs whose hops stand in the question in another order. */
const OUT_OF_ORDER = 0.6;

/** The least share of a question that an answer accounts for. */
const LEAST_FIT = 0.5;

/** What accounts for less than this share by known wordings is looked at once more, by likeness. */
const SURE_FIT = 0.9;

/** Words of the longest phrase that is compared with relations. */
const PHRASE_WORDS = 4;

/** Hops of an answer. */
const HOPS = GRAPH_LIMITS.hops;

/**
 * Walks the current facts from the names in a question, each hop a relation that words of the question ask for,
 * and returns the chain that accounts best for all of its words; nothing when no name has facts, or too little
 * of the question is accounted for. Reads the ledger once a hop, for all chains together.
 */
export async function walkQuestion(
  question: string,
  facts: CurrentFacts,
  speaker: string | undefined,
  likeness: RelationLikeness,
  signal: AbortSignal | undefined,
): Promise<Walked | undefined> {
  const words = questionWords(question);
  const starts = await startsOf(words, facts, speaker);
  if (starts.length === 0) return undefined;
  const asked = factQuestion(question, speaker);
  const walk: Walk = {
    words,
    kinds: askedKinds(words),
    facts,
    signal,
    direct: asked === undefined ? undefined : { relation: asked.relation, keys: keysOfName(asked.subject) },
  };
  let best = await bestPath(walk, starts);
  if (best === undefined || best.fit < SURE_FIT) {
    const like = await phrasesLike(words, likeness, signal);
    const other = await bestPath({ ...walk, like }, starts);
    if (best === undefined || (other !== undefined && other.score > best.score)) best = other;
  }
  return best === undefined || best.fit < LEAST_FIT ? undefined : { hops: best.path.hops, fit: best.fit };
}

interface Walk {
  readonly words: readonly QuestionWord[];
  readonly kinds: ReturnType<typeof askedKinds>;
  readonly facts: CurrentFacts;
  readonly signal: AbortSignal | undefined;
  /** What the whole question asks for where it has one of the shapes of single facts. */
  readonly direct: { readonly relation: string; readonly keys: readonly string[] } | undefined;
  readonly like?: Phrases;
}

interface Judged {
  readonly path: Path;
  readonly score: number;
  readonly fit: number;
}

/** The best chain from any of the names, by a beam that grows by one hop at a time. */
async function bestPath(walk: Walk, starts: readonly Start[]): Promise<Judged | undefined> {
  let best: Judged | undefined;
  let frontier: Path[] = starts.map((start) => ({
    start,
    hops: [],
    used: new Set(Array.from({ length: start.to - start.from }, (_, at) => start.from + at)),
    matched: 0,
    order: 0,
    last: undefined,
  }));
  for (let hop = 0; hop < HOPS && frontier.length > 0; hop++) {
    throwIfAborted(walk.signal);
    const known = await walk.facts.of(frontier.map(keysAhead));
    await walk.like?.prepare(known.flat().map(({ relation }) => relation));
    const next = frontier.flatMap((path, index) =>
      (known[index] as readonly CurrentFact[]).flatMap((fact) => extended(path, fact, walk) ?? []),
    );
    const judged = next.map((path) => ({ path, ...judge(path, walk) })).sort((a, b) => b.score - a.score);
    const first = judged.find(({ fit }) => fit > 0);
    if (first !== undefined && (best === undefined || first.score > best.score)) best = first;
    frontier = judged.slice(0, BEAM).map(({ path }) => path);
  }
  return best;
}

/** Phrases of a question by what relations they are like. */
interface Phrases {
  prepare(relations: readonly string[]): Promise<void>;
  matchOf(relation: string, free: (at: number) => boolean): Match | undefined;
}

async function phrasesLike(
  words: readonly QuestionWord[],
  likeness: RelationLikeness,
  signal: AbortSignal | undefined,
): Promise<Phrases> {
  const telling = (at: number) => !isStopWord((words[at] as QuestionWord).stem);
  const spans = words.flatMap((_, from) =>
    Array.from({ length: Math.min(PHRASE_WORDS, words.length - from) }, (_, more) => ({
      from,
      to: from + more + 1,
    })).filter(({ to }) => telling(from) && telling(to - 1)),
  );
  const texts = spans.map(({ from, to }) =>
    words
      .slice(from, to)
      .map(({ text }) => text.toLowerCase())
      .join(" "),
  );
  const vectors = await likeness.vectors(texts, signal);
  const stems = spans.map(({ from, to }) => words.slice(from, to).map(({ stem }) => stem));
  const known = new Map<string, readonly number[]>();
  return {
    prepare: (relations) => likeness.prepare(relations, signal),
    matchOf(relation, free) {
      let likes = known.get(relation);
      if (likes === undefined) {
        likes = vectors.map((vector) => likeness.like(relation, vector));
        known.set(relation, likes);
      }
      let best: Match | undefined;
      for (const [index, { from, to }] of spans.entries()) {
        const like = likes[index] as number;
        if (like < LIKE) continue;
        const at = Array.from({ length: to - from }, (_, more) => from + more);
        if (!at.every(free) || askForAnother(relation, stems[index] as string[])) continue;
        // As much as a phrase is alike, it is said; a word that is a filler elsewhere counts here.
        const said = at.reduce((sum, each) => sum + Math.max(0.3, (words[each] as QuestionWord).weight), 0);
        const weight = like * Math.min(1.5, said);
        if (best === undefined || weight > best.weight) best = { at, weight };
      }
      return best;
    },
  };
}

/** Keys of the name from which a chain goes on. */
function keysAhead({ start, hops }: Path): readonly string[] {
  const value = hops.at(-1)?.holds[0]?.fact.object;
  return value === undefined ? start.keys : keysOfName(value);
}

/** The names in a question that are subjects of facts, the longest first: no other word of it tells what a name is. */
async function startsOf(
  words: readonly QuestionWord[],
  facts: CurrentFacts,
  speaker: string | undefined,
): Promise<Start[]> {
  const folded = words.map(({ text }) => foldedWord(text));
  const spans: Start[] = [];
  for (let from = 0; from < words.length; from++)
    for (let to = from + 1; to <= Math.min(words.length, from + NAME_WORDS); to++) {
      const name = folded.slice(from, to).join(" ");
      const said = words.slice(from, to);
      // Words in lower case that only hold a question together are no name; "It" and "Her" may be titles.
      if (said.every(({ text, stem }) => isStopWord(stem) && text === text.toLowerCase())) continue;
      spans.push({ name, keys: keysOfName(name), from, to });
    }
  if (speaker !== undefined)
    for (const [at, { text }] of words.entries())
      if (/^(?:my|I|me)$/u.test(text))
        spans.push({ name: speaker, keys: keysOfName(speaker), from: at, to: at + 1 });
  const known = await facts.of(spans.map(({ keys }) => keys));
  return spans
    .filter((_, index) => (known[index] as readonly CurrentFact[]).length > 0)
    .sort((a, b) => b.to - b.from - (a.to - a.from) || b.name.length - a.name.length)
    .slice(0, STARTS);
}

/** The chain with one hop more, where words of the question ask for its relation. */
function extended(path: Path, fact: CurrentFact, { words, direct, like }: Walk): Path | undefined {
  if (fact.holds.length === 0 || path.hops.includes(fact)) return undefined;
  const { start, used } = path;
  const near = path.last === undefined || path.last < start.from ? start.from : start.to;
  if (
    path.hops.length === 0 &&
    direct?.relation === fact.relation &&
    direct.keys.some((key) => start.keys.includes(key))
  ) {
    const rest = words.flatMap((_, at) => (used.has(at) ? [] : [at]));
    const matched = rest.reduce((sum, at) => sum + (words[at] as QuestionWord).weight, 0) + 1;
    return { ...path, hops: [fact], used: new Set([...used, ...rest]), matched, last: undefined };
  }
  const free = (at: number) => !used.has(at);
  const match = matchOf(fact.relation, words, free, near) ?? like?.matchOf(fact.relation, free);
  if (match === undefined) return undefined;
  const at = match.at[0] as number;
  const order = isOutOfOrder(path, at) ? path.order + OUT_OF_ORDER : path.order;
  return {
    start,
    hops: [...path.hops, fact],
    used: new Set([...used, ...match.at]),
    matched: path.matched + match.weight,
    order,
    last: at,
  };
}

/** On one side of the name, later hops stand further from it: "the capital of the country of X". */
function isOutOfOrder({ start, last }: Path, at: number): boolean {
  if (last === undefined) return false;
  const before = last < start.from;
  return before === at < start.from && (before ? at > last : at < last);
}

function judge(path: Path, { words, kinds }: Walk): { score: number; fit: number } {
  const { hops, used, matched, order } = path;
  const reached = new Set(hops.map(({ relation }) => kindOf(relation)));
  const kind = kindOf(hops.at(-1)?.relation ?? "");
  let unsaid = 0;
  for (const [at, word] of words.entries())
    if (!used.has(at) && ![...(word.kinds ?? [])].some((each) => reached.has(each))) unsaid += word.weight;
  const fits = kind !== undefined && kinds !== undefined;
  const bonus = !fits ? 0 : kinds.has(kind) ? KIND_FITS : -KIND_DIFFERS;
  // What can be no answer by its kind is none, however well its words match.
  const weight = fits && isNoAnswer(kind, kinds) ? 0 : Math.max(0, matched + Math.min(0, bonus));
  return { score: matched - UNSAID * unsaid + bonus - order, fit: weight / (weight + unsaid || 1) };
}
