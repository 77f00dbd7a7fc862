import { factQuestion, foldedWord, kindOf } from "../../graph/extraction/index.js";
import { isStopWord } from "../retrieval/analysis.js";
import { type CurrentFact, type CurrentFacts, keysOfName } from "./currentFacts.js";
import { GRAPH_LIMITS } from "./operations.js";
import { askedKinds, matchOf, type QuestionWord, questionWords } from "./questionWords.js";

/** How well a relation fits words of a question that no known wording accounts for: 0 not at all, 1 the same. */
export type Likeness = (relation: string, words: string) => Promise<number>;

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
  /** A hop that no wording of the question names, at most one. */
  readonly guessed: boolean;
}

/** Words of the longest name. */
const NAME_WORDS = 16;

/** Names of a question from which walks begin. */
const STARTS = 8;

/** Chains that are followed further at each hop. */
const BEAM = 32;

/** Relations of one subject that are followed. */
const BRANCHES = 8;

/** What a word that nothing accounts for costs, in words that something does. */
const UNSAID = 0.7;

/** What a value of the kind that is asked for is worth, and what one of another kind costs. */
const KIND_FITS = 0.7;
const KIND_DIFFERS = 0.6;

/** What a chain costs whose hops stand in the question in another order. */
const OUT_OF_ORDER = 0.6;

/** The least share of a question that an answer accounts for. */
export const LEAST_FIT = 0.55;

/** From this likeness on, a relation is what other words ask for. */
const LIKE = 0.34;

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
  likeness: Likeness,
): Promise<Walked | undefined> {
  const words = questionWords(question);
  const kinds = askedKinds(words);
  const starts = await startsOf(words, facts, speaker);
  const asked = factQuestion(question, speaker);
  const direct = asked === undefined ? undefined : { ...asked, keys: keysOfName(asked.subject) };
  const judged = (path: Path) => judge(path, words, kinds);
  let best: { path: Path; score: number; fit: number } | undefined;
  const consider = (path: Path) => {
    const { score, fit } = judged(path);
    if (best === undefined || score > best.score) best = { path, score, fit };
  };
  let frontier: Path[] = starts.map((start) => ({
    start,
    hops: [],
    used: new Set(Array.from({ length: start.to - start.from }, (_, at) => start.from + at)),
    matched: 0,
    order: 0,
    last: undefined,
    guessed: false,
  }));
  const dead: Path[] = [];
  for (let hop = 0; hop < HOPS && frontier.length > 0; hop++) {
    const known = await facts.of(frontier.map(keysAhead));
    const next: Path[] = [];
    for (const [index, path] of frontier.entries()) {
      dead.push(path);
      next.push(
        ...(known[index] as readonly CurrentFact[]).flatMap((fact) => {
          const isDirect =
            hop === 0 &&
            direct?.relation === fact.relation &&
            direct.keys.some((key) => path.start.keys.includes(key));
          return extended(path, fact, words, isDirect) ?? [];
        }),
      );
    }
    next.sort((a, b) => judged(b).score - judged(a).score);
    frontier = next.slice(0, BEAM);
    for (const path of frontier) consider(path);
  }
  if (best === undefined || best.fit < LEAST_FIT) {
    const guesses = await guess(dead.slice(0, BEAM), facts, words, likeness);
    for (const path of guesses) consider(path);
  }
  return best === undefined || best.fit < LEAST_FIT ? undefined : { hops: best.path.hops, fit: best.fit };
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
function extended(
  path: Path,
  fact: CurrentFact,
  words: readonly QuestionWord[],
  isDirect: boolean,
): Path | undefined {
  if (fact.holds.length === 0 || path.hops.includes(fact)) return undefined;
  const { start, used } = path;
  const near = path.last === undefined || path.last < start.from ? start.from : start.to;
  if (isDirect) {
    const free = words.flatMap((_, at) => (used.has(at) ? [] : [at]));
    const matched = free.reduce((sum, at) => sum + (words[at] as QuestionWord).weight, 0) + 1;
    return { ...path, hops: [fact], used: new Set([...used, ...free]), matched, last: undefined };
  }
  const match = matchOf(fact.relation, words, (at) => !used.has(at), near);
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
    guessed: path.guessed,
  };
}

/** On one side of the name, later hops stand further from it: "the capital of the country of X". */
function isOutOfOrder({ start, last }: Path, at: number): boolean {
  if (last === undefined) return false;
  const before = last < start.from;
  return before === at < start.from && (before ? at > last : at < last);
}

function judge(
  path: Path,
  words: readonly QuestionWord[],
  kinds: ReturnType<typeof askedKinds>,
): { score: number; fit: number } {
  const { hops, used, matched, order } = path;
  const reached = new Set(hops.map(({ relation }) => kindOf(relation)));
  const kind = kindOf(hops.at(-1)?.relation ?? "");
  let unsaid = 0;
  for (const [at, word] of words.entries())
    if (!used.has(at) && ![...(word.kinds ?? [])].some((each) => reached.has(each))) unsaid += word.weight;
  const fits = kind !== undefined && kinds !== undefined;
  const bonus = !fits ? 0 : kinds.has(kind) ? KIND_FITS : -KIND_DIFFERS;
  const weight = Math.max(0, matched + Math.min(0, bonus));
  return { score: matched - UNSAID * unsaid + bonus - order, fit: weight / (weight + unsaid || 1) };
}

/** Chains with one hop more whose relation is like the words that are left, where no wording names it. */
async function guess(
  paths: readonly Path[],
  facts: CurrentFacts,
  words: readonly QuestionWord[],
  likeness: Likeness,
): Promise<Path[]> {
  const known = await facts.of(paths.map(keysAhead));
  const guesses: Path[] = [];
  for (const [index, path] of paths.entries()) {
    const left = words.flatMap(({ weight, stem }, at) =>
      path.used.has(at) || (weight === 0 && isStopWord(stem)) ? [] : [at],
    );
    if (left.length === 0) continue;
    const phrase = left.map((at) => words[at]?.text).join(" ");
    for (const fact of (known[index] as readonly CurrentFact[]).slice(0, BRANCHES)) {
      if (fact.holds.length === 0 || path.hops.includes(fact)) continue;
      const like = await likeness(fact.relation, phrase);
      if (like < LIKE) continue;
      const weight = left.reduce((sum, at) => sum + (words[at] as QuestionWord).weight, 0);
      guesses.push({
        ...path,
        hops: [...path.hops, fact],
        used: new Set([...path.used, ...left]),
        // Likeness is no certainty: as much as it is alike counts as said.
        matched: path.matched + Math.max(weight, 1) * Math.min(1, like * 1.5),
        last: undefined,
        guessed: true,
      });
    }
  }
  return guesses;
}
