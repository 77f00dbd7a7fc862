import { MemosError } from "../../memcube/index.js";
import { o200k } from "../../memos/retrieval/tokens.js";
import { seededRandom } from "../metrics/index.js";
import { FACT_RELATIONS, type FactRelation, type Sort, type Wordings } from "./factWordings.js";
import { nameInventor } from "./inventedNames.js";
import { FACT_LIMITS } from "./limits.js";

/** What to generate. */
export interface FactOptions {
  readonly seed: number;
  /** Length of the context, by o200k_base. */
  readonly tokens: number;
  readonly questions: number;
  /** Facts between the subject of a question and its answer: one number, or a range that is drawn from. */
  readonly hops: readonly [least: number, most: number];
  /** Whether numbers say which fact is newer, or the order in which the facts stand. */
  readonly order: "serial" | "arrival";
  /** `plain` states and asks each relation in one way, `rephrased` in several, `unseen` in none of those. */
  readonly wording: "plain" | "rephrased" | "unseen";
}

/** A row in the format of MemoryAgentBench, with what a stale answer would be. */
export interface FactRow {
  readonly context: string;
  readonly questions: readonly string[];
  readonly answers: readonly (readonly string[])[];
  readonly metadata: {
    readonly source: string;
    readonly qa_pair_ids: readonly string[];
    /** For each question the values that once were its answer, or that lead from superseded facts. */
    readonly stale: readonly (readonly string[])[];
    readonly hops: readonly number[];
    readonly seed: number;
  };
}

interface Chain {
  readonly relation: FactRelation;
  readonly subject: string;
  /** Oldest first. */
  readonly values: string[];
}

/** Names of each sort for a hundred facts; the rarer ones are the values of many. */
const SORT_SHARES: Readonly<Record<Sort, number>> = {
  person: 26,
  work: 14,
  city: 10,
  company: 8,
  product: 5,
  club: 3,
  country: 3,
  school: 4,
  religion: 1.5,
  sport: 2,
  position: 2,
  language: 2,
  continent: 0.5,
  music: 1,
  field: 2,
};

const LEAST_NAMES = 6;

/** Tokens of one numbered fact, to begin with; the context is then filled to its length. */
const FACT_TOKENS = 17;

/** The share of facts that are changed later, and the most changes of one. */
const CHANGED = 0.4;
const CHANGES = 3;

/**
 * Generates a list of facts of which later ones replace earlier ones, and questions about what holds at its end.
 * The same options give the same row. `relations` are the generator's own unless a test brings others.
 *
 * @throws MemosError INVALID_INPUT for lengths out of range.
 */
export async function generateFacts(
  options: FactOptions,
  relations: readonly FactRelation[] = FACT_RELATIONS,
): Promise<FactRow> {
  checkOptions(options);
  const random = seededRandom(options.seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const world = chains(options, relations, random, pick);
  const statements = stated(world, options, random, pick);
  const counter = await o200k();
  const heading = "Here is a list of facts:";
  const lines = [heading];
  const kept = new Map<Chain, string[]>();
  let tokens = counter.count(heading);
  for (const { chain, value, text } of statements) {
    const line = options.order === "serial" ? `${lines.length - 1}. ${text}` : text;
    tokens += counter.count(`\n${line}`);
    if (tokens > options.tokens) break;
    lines.push(line);
    const values = kept.get(chain);
    if (values === undefined) kept.set(chain, [value]);
    else values.push(value);
  }
  const asked = questions(kept, options, random, pick);
  const source = `factconsolidation_${options.hops[1] === 1 ? "sh" : "mh"}_${Math.round(options.tokens / 1_000)}k`;
  return {
    context: lines.join("\n"),
    questions: asked.map(({ question }) => question),
    answers: asked.map(({ answer }) => [answer]),
    metadata: {
      source,
      qa_pair_ids: asked.map((_, index) => `${source}_no${index}`),
      stale: asked.map(({ stale }) => stale),
      hops: asked.map(({ hops }) => hops),
      seed: options.seed,
    },
  };
}

function checkOptions({ tokens, questions: count, hops: [least, most] }: FactOptions): void {
  const between = (value: number, from: number, to: number, what: string) => {
    if (!Number.isInteger(value) || value < from || value > to)
      throw new MemosError("INVALID_INPUT", `${what} must be a whole number from ${from} to ${to}.`);
  };
  between(tokens, FACT_LIMITS.leastTokens, FACT_LIMITS.mostTokens, "tokens");
  between(count, 1, FACT_LIMITS.questions, "questions");
  between(least, 1, FACT_LIMITS.hops, "hops");
  between(most, least, FACT_LIMITS.hops, "hops");
}

/** Everything that will be stated: for each subject and relation its values over time. */
function chains(
  { tokens }: FactOptions,
  relations: readonly FactRelation[],
  random: () => number,
  pick: <T>(items: readonly T[]) => T,
): Chain[] {
  const wanted = Math.ceil((tokens / FACT_TOKENS) * 1.3);
  const invent = nameInventor(random);
  const names = new Map<Sort, string[]>();
  for (const [sort, share] of Object.entries(SORT_SHARES) as [Sort, number][])
    names.set(
      sort,
      Array.from({ length: Math.max(LEAST_NAMES, Math.ceil((wanted * share) / 100 / 2)) }, () =>
        invent(sort),
      ),
    );
  const of = (sort: Sort) => names.get(sort) as string[];
  const made = new Map<string, Chain>();
  let facts = 0;
  for (let tries = 0; facts < wanted && tries < wanted * 20; tries++) {
    const relation = pick(relations);
    const subject = pick(of(relation.subject));
    const key = `${relation.name}\n${subject}`;
    if (made.has(key)) continue;
    const values = [pick(of(relation.object))];
    while (random() < CHANGED && values.length <= CHANGES) {
      const value = pick(of(relation.object));
      if (!values.includes(value) && value !== subject) values.push(value);
    }
    if (values[0] === subject) continue;
    made.set(key, { relation, subject, values });
    facts += values.length;
  }
  return [...made.values()];
}

interface Stated {
  readonly chain: Chain;
  readonly value: string;
  readonly text: string;
}

/** All statements in a random order that keeps each chain's own. */
function stated(
  world: readonly Chain[],
  options: FactOptions,
  random: () => number,
  pick: <T>(items: readonly T[]) => T,
): Stated[] {
  const placed = world.flatMap((chain) => {
    const places = chain.values.map(() => random()).sort((a, b) => a - b);
    return chain.values.map((value, index) => ({ chain, value, place: places[index] as number }));
  });
  placed.sort((a, b) => a.place - b.place);
  return placed.map(({ chain, value }) => {
    const { statements } = wordings(chain.relation, options);
    const wording = options.wording === "plain" ? (statements[0] as string) : pick(statements);
    return { chain, value, text: `${filled(wording, chain.subject, value)}.` };
  });
}

/** Statements of an unseen wording stand beside those of the usual one: an update is worded differently. */
function wordings({ seen, unseen }: FactRelation, { wording }: FactOptions): Wordings {
  if (wording !== "unseen") return seen;
  return { ...unseen, statements: [seen.statements[0] as string, ...unseen.statements] };
}

function filled(wording: string, subject: string, object: string): string {
  return wording.replace(/\b[SO]\b/gu, (slot) => (slot === "S" ? subject : object));
}

interface Asked {
  readonly question: string;
  readonly answer: string;
  readonly stale: readonly string[];
  readonly hops: number;
}

function questions(
  kept: ReadonlyMap<Chain, readonly string[]>,
  options: FactOptions,
  random: () => number,
  pick: <T>(items: readonly T[]) => T,
): Asked[] {
  const bySubject = new Map<string, Chain[]>();
  for (const chain of kept.keys())
    bySubject.set(chain.subject, [...(bySubject.get(chain.subject) ?? []), chain]);
  const all = [...kept.keys()];
  const changed = all.filter((chain) => (kept.get(chain) as readonly string[]).length > 1);
  const asked = new Map<string, Asked>();
  const [least, most] = options.hops;
  for (let tries = 0; asked.size < options.questions && tries < options.questions * 200; tries++) {
    const length = least + Math.floor(random() * (most - least + 1));
    const path = [pick(random() < 0.7 && changed.length > 0 ? changed : all)];
    while (path.length < length) {
      const value = kept.get(path.at(-1) as Chain)?.at(-1) as string;
      const onward = (bySubject.get(value) ?? []).filter((chain) => !path.includes(chain));
      if (onward.length === 0) break;
      path.push(pick(onward));
    }
    if (path.length < length) continue;
    const question = worded(path, options, pick);
    const answer = kept.get(path.at(-1) as Chain)?.at(-1) as string;
    if (asked.has(question)) continue;
    asked.set(question, { question, answer, hops: length, stale: staleOf(path, kept, bySubject, answer) });
  }
  if (asked.size < options.questions)
    throw new MemosError(
      "INVALID_INPUT",
      `The facts of ${options.tokens} tokens have ${asked.size} such questions; ask for fewer or for more tokens.`,
    );
  return [...asked.values()];
}

/** The outermost relation as a question, those within as phrases around the first subject. */
function worded(path: readonly Chain[], options: FactOptions, pick: <T>(items: readonly T[]) => T): string {
  const choose = (list: readonly string[]) =>
    options.wording === "plain" ? (list[0] as string) : pick(list);
  let subject = path[0]?.subject as string;
  for (const { relation } of path.slice(0, -1))
    subject = filled(choose(wordings(relation, options).phrases), subject, "");
  return filled(choose(wordings((path.at(-1) as Chain).relation, options).questions), subject, "");
}

/** What the question would have been answered with when any of its facts were still what they once were. */
function staleOf(
  path: readonly Chain[],
  kept: ReadonlyMap<Chain, readonly string[]>,
  bySubject: ReadonlyMap<string, readonly Chain[]>,
  answer: string,
): string[] {
  let subjects = new Set([path[0]?.subject as string]);
  for (const { relation } of path) {
    const values = [...subjects].flatMap((subject) =>
      (bySubject.get(subject) ?? []).flatMap((chain) =>
        chain.relation.name === relation.name ? (kept.get(chain) as readonly string[]) : [],
      ),
    );
    subjects = new Set(values);
  }
  subjects.delete(answer);
  return [...subjects];
}
