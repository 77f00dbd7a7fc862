import { longestTitles, type PossibleTitle, possibleTitles } from "../../../graph/extraction/index.js";
import { entityNumber } from "../../extraction/cubeGraph.js";
import { MENTION, type Question, type Surroundings } from "../../store/graphLedger.js";
import type { Scored } from "../../store/index/searchIndex.js";
import type { Store } from "../../store/store.js";
import type { Ranked } from "../fusion.js";
import { askedTitles, type DirectEvidence, directEvidence, evidenceFor, probability } from "./direct.js";
import type { DirectWeights, GraphParameters } from "./parameters.js";
import { AskedTerms, Reading } from "./reading.js";

/** The cubes whose titles stand in a question, before anything is searched. */
export interface NamedTitles {
  readonly keys: readonly number[];
  readonly titled: Awaited<ReturnType<Store["ledger"]["titled"]>>;
  readonly names: ReadonlyMap<number, string>;
}

export async function namedTitles(store: Store, query: string, question: Question): Promise<NamedTitles> {
  const possible = possibleTitles(query);
  const names = new Map(possible.map((title) => [entityNumber(question.scope, title.key), title]));
  const found = names.size === 0 ? [] : await store.ledger.titled(question, Float64Array.from(names.keys()));
  const present = new Set(found.map(({ entity }) => names.get(entity)));
  const longest = new Set(longestTitles(possible.filter((title) => present.has(title))));
  const titled = found.filter(({ entity }) => longest.has(names.get(entity) as PossibleTitle));
  return {
    keys: [...new Set(titled.map(({ cube }) => cube))],
    titled,
    names: new Map([...names].map(([entity, { key }]) => [entity, key])),
  };
}

/** Everything that the walk and the fusion need, read once. */
export interface Expansion {
  readonly direct: ReadonlyMap<number, DirectEvidence>;
  readonly reached: ReadonlyMap<number, DirectEvidence>;
  /** Cubes that only the graph found. */
  readonly extra: readonly Scored[];
  readonly seeds: readonly { readonly key: number; readonly probability: number }[];
  readonly around: Surroundings;
  readonly readings: readonly Reading[];
  readonly asked: AskedTerms;
  readonly held: (key: number) => number;
  readonly cubes: number;
}

export interface ExpansionInput {
  readonly ranked: readonly Ranked[];
  readonly titles: NamedTitles;
  readonly terms: readonly string[];
  readonly weights: readonly number[];
  readonly cubes: number;
  readonly question: Question;
  /** Scores cubes that the direct search did not find. */
  readonly score: (keys: readonly number[]) => Promise<readonly Scored[]>;
}

/** Cubes found by the graph alone that are scored against the question. */
const REACHED = 60;

export async function expand(
  store: Store,
  input: ExpansionInput,
  parameters: GraphParameters,
  weights: DirectWeights,
): Promise<Expansion> {
  const { ranked, titles, terms, question } = input;
  const asked = new AskedTerms(terms, input.weights);
  const shareOf = (key: string) => {
    const named = asked.said(key);
    return asked.share((at) => named[at]);
  };
  const named = askedTitles(titles.titled, titles.names, shareOf);
  const direct = directEvidence(ranked, named);
  const seeds = [...direct]
    .map(([key, evidence]) => ({ key, probability: probability(evidence, weights) }))
    .sort((a, b) => b.probability - a.probability || a.key - b.key)
    .slice(0, parameters.seeds);
  const around = await store.ledger.surroundings(
    question,
    seeds.map(({ key }) => key),
  );
  const scoring = input.score(unknownCubes(around, direct, parameters));
  // While the index is at it.
  const readings = around.texts.map((text) => new Reading(text, asked));
  const extra = await scoring;
  const best = ranked.reduce((most, { candidate }) => Math.max(most, candidate.text), 0);
  const reached = new Map(
    extra.map((candidate) => [
      candidate.key,
      evidenceFor(candidate, best, undefined, named.get(candidate.key)),
    ]),
  );
  const held = new Map(
    [...ranked.map(({ candidate }) => candidate), ...extra].map(({ key, frequencies }) => [
      key,
      asked.share((at) => frequencies[at]),
    ]),
  );
  return {
    direct,
    reached,
    extra,
    seeds,
    around,
    readings,
    asked,
    held: (key) => held.get(key) ?? 0,
    cubes: input.cubes,
  };
}

/** Cubes around the seeds that the direct search did not find, those about an entity first. */
function unknownCubes(
  { mentions, frequencies, links }: Surroundings,
  direct: ReadonlyMap<number, DirectEvidence>,
  parameters: GraphParameters,
): number[] {
  const unknown: { key: number; frequency: number }[] = [];
  for (let at = 0; at < mentions.length; at += MENTION) {
    const frequency = frequencies[mentions[at] as number] as number;
    const key = mentions[at + 1] as number;
    const isHome = mentions[at + 2] === 0;
    if (direct.has(key) || frequency < 2 || (frequency > parameters.common && !isHome)) continue;
    unknown.push({ key, frequency: isHome ? 0 : frequency });
  }
  for (let at = 0; at < links.length; at += 3)
    for (const key of [links[at] as number, links[at + 1] as number])
      if (!direct.has(key)) unknown.push({ key, frequency: 0 });
  unknown.sort((a, b) => a.frequency - b.frequency || a.key - b.key);
  return [...new Set(unknown.map(({ key }) => key))].slice(0, REACHED);
}
