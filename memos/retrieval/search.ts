import type * as z from "zod";
import type { Scope } from "../../memcube/index.js";
import { throwIfAborted, unlessAborted } from "../aborted.js";
import type { Embedding } from "../embedding.js";
import { presentHeat } from "../lifecycle/presentHeat.js";
import type { Channel, Hit, SearchResult, searchOptionsSchema, Warning } from "../operations.js";
import type { Question } from "../store/graphLedger.js";
import type { Permitted, Selected, Selection } from "../store/ledger.js";
import type { Store } from "../store/store.js";
import { queryTerms, quotedPhrases } from "./analysis.js";
import { answerability, LOOKED_AT } from "./answerable.js";
import { type Currency, currency, currentFirst, type Supersession } from "./currency.js";
import { asksForRecent, collapse, fuse, type Ranked } from "./fusion.js";
import { type Expansion, expand, namedTitles } from "./graph/expand.js";
import { DIRECT, GRAPH, PAIRED_AMONG } from "./graph/parameters.js";
import { type FusedEvidence, fusedEvidence, fusedScore } from "./graph/rank.js";
import { Reading } from "./graph/reading.js";
import { together } from "./graph/together.js";
import { walk } from "./graph/walk.js";
import { selectionOf } from "./selection.js";
import { byUse, movable } from "./standing.js";

/** Candidates asked of each channel; more when more results are wanted. */
const CANDIDATES = 100;

/** Newest cubes proposed when a query asks for what is recent, or has no words to go by. */
const RECENT_CANDIDATES = 25;

const ALL_CHANNELS: readonly Channel[] = ["text", "vector", "exact", "recency", "graph"];

/** Best results that are looked at for facts that have changed since. */
const CURRENT_AMONG = 20;

const NOTHING_CHANGED: Currency = { asked: [], superseded: new Map() };

type Options = Pick<
  z.output<typeof searchOptionsSchema>,
  "k" | "channels" | "explain" | "types" | "where" | "asOf" | "archived" | "without" | "signal"
> & {
  /** The labels that the reader may see; every one without. */
  readonly permit?: Permitted;
};

/**
 * Search over one scope (docs/design.md, Life of a query): the direct channels, fused, and then the walk over
 * the graph around what they found. Calls no language model.
 */
export async function search(
  store: Store,
  embedding: Embedding,
  query: string,
  scope: Scope,
  options: Options,
): Promise<SearchResult> {
  const started = performance.now();
  throwIfAborted(options.signal);
  return unlessAborted(
    store.searches(() => searchNow(store, embedding, query, scope, options, started)),
    options.signal,
    "The search was cancelled.",
  );
}

async function searchNow(
  store: Store,
  embedding: Embedding,
  query: string,
  scope: Scope,
  options: Options,
  started: number,
): Promise<SearchResult> {
  const warnings: Warning[] = [];
  const channels = new Set(options.channels ?? ALL_CHANNELS);
  if (!embedding.enabled) channels.delete("vector");
  const found = await gather(store, embedding, query, scope, { ...options, channels }, warnings);
  const { candidates, expansion } = found;
  const { ranking: byContent, walked } = await rankAll(store, found);
  if (walked === null) channels.delete("graph");
  // Use is not kept for every time, so the past is ranked by what was said alone.
  const standings =
    found.asOf === undefined ? await store.ledger.standings(movable(byContent, options.k)) : [];
  const ranked = byUse(byContent, standings, found.question.now);
  const knows =
    expansion === undefined
      ? NOTHING_CHANGED
      : await currency(
          store,
          query,
          scope,
          found.question,
          ranked.slice(0, Math.max(options.k, CURRENT_AMONG)).map(({ candidate }) => candidate.key),
          found.asOf,
        );
  const ranking = currentFirst(ranked, ({ candidate }) => candidate.key, knows);
  const groups = collapse(ranking, options.k);
  const cubes = await store.ledger.byKeys(
    groups.flatMap(({ best, duplicates }) => [best.candidate.key, ...duplicates]),
    scope,
    found.asOf,
    options.permit,
  );
  const byKey = new Map(cubes.map(({ key, cube }) => [key, cube]));
  const judged = groups.slice(0, LOOKED_AT).flatMap(({ best: { candidate } }) => {
    const actor = byKey.get(candidate.key)?.provenance.actor;
    return actor === undefined ? [] : [{ terms: candidate.own, actor }];
  });
  const hits = groups.flatMap(({ best, duplicates }): Hit[] => {
    const cube = byKey.get(best.candidate.key);
    // Forgotten between the search and now: the ledger has the last word.
    if (cube === undefined) return [];
    const { candidate } = best;
    const explanation = {
      channels: best.channels,
      ...(best.evidence === undefined ? {} : { evidence: best.evidence }),
      ...(best.use === undefined ? {} : { use: best.use }),
      terms: found.terms.filter((_, index) => (candidate.frequencies[index] ?? 0) > 0),
      tier: candidate.tier,
    };
    return [
      {
        cube: presentHeat(cube, found.question.now),
        score: best.score,
        duplicates: duplicates.flatMap((key) => byKey.get(key)?.id ?? []),
        ...supersededBy(knows.superseded.get(candidate.key)),
        ...(options.explain ? { explanation } : {}),
      },
    ];
  });
  return {
    hits,
    receipt: {
      operation: "search",
      channels: [...channels],
      candidates: candidates + (expansion?.extra.length ?? 0),
      answerable: answerability(query, judged),
      ...(walked === null ? {} : { walk: walked }),
      llmCalls: 0,
      llmTokens: 0,
      milliseconds: performance.now() - started,
      warnings,
    },
  };
}

function supersededBy(change: Supersession | undefined): Pick<Hit, "superseded"> {
  if (change === undefined) return {};
  const { id, subject, relation, value } = change;
  return { superseded: { by: id, subject, relation, value } };
}

/** What the direct channels found, in order, and what lies around it in the graph. */
export interface Gathered {
  readonly terms: readonly string[];
  readonly asOf: number | undefined;
  readonly question: Question;
  readonly candidates: number;
  readonly ranked: readonly Ranked[];
  /** Undefined when the graph is not asked. */
  readonly expansion: Expansion | undefined;
}

export async function gather(
  store: Store,
  embedding: Embedding,
  query: string,
  scope: Scope,
  options: Omit<Options, "channels" | "explain"> & { readonly channels: ReadonlySet<Channel> },
  warnings: Warning[],
): Promise<Gathered> {
  throwIfAborted(options.signal);
  const { channels } = options;
  const { types } = options;
  const selection = await selectionOf(store.ledger, scope, options);
  const terms = queryTerms(query);
  const wantsRecent = channels.has("recency") && (terms.length === 0 || asksForRecent(query));
  const usesGraph = channels.has("graph") && terms.length > 0;
  const [vector, selected, recent, titles] = await Promise.all([
    channels.has("vector") ? embedding.query(query, options.signal, warnings) : null,
    selectedBy(store, selection),
    wantsRecent ? store.ledger.recent(selection, RECENT_CANDIDATES) : [],
    usesGraph ? namedTitles(store, query, selection) : undefined,
  ]);
  throwIfAborted(options.signal);
  const asked = {
    scope,
    terms: channels.has("text") || channels.has("exact") || usesGraph ? terms : [],
    phrases: channels.has("exact") ? quotedPhrases(query) : [],
    vector,
    types,
    now: selection.now,
    ...selected,
  };
  const { candidates, reembedding, weights, rows } = await store.index.search({
    ...asked,
    also: [...recent, ...(titles?.keys ?? [])],
    limit: Math.max(CANDIDATES, options.k * 2),
  });
  throwIfAborted(options.signal);
  if (reembedding)
    warnings.push({
      code: "REEMBEDDING",
      message: "Vectors are being made again for another embedder; the search used the text alone.",
    });
  const ranked = fuse(candidates, query, channels, embedding.weight);
  const expansion =
    titles === undefined
      ? undefined
      : await expand(
          store,
          {
            ranked,
            titles,
            terms,
            weights,
            cubes: rows,
            question: selection,
            score: async (keys) =>
              keys.length === 0
                ? []
                : (await store.index.search({ ...asked, phrases: [], also: keys, limit: 0 })).candidates,
          },
          GRAPH,
          DIRECT,
        );
  throwIfAborted(options.signal);
  return {
    terms,
    asOf: selection.asOf,
    question: selection,
    candidates: candidates.length,
    ranked,
    expansion,
  };
}

/** What the index cannot tell by itself. Archived cubes are not in it at all: they are searched beside it. */
async function selectedBy(
  store: Store,
  selection: Selection,
): Promise<{ keys: Selected["keys"] | undefined; historic: Selected["historic"] }> {
  const { where, asOf, without, states, permit } = selection;
  if ([where, asOf, without, permit].some((condition) => condition !== undefined))
    return store.ledger.select(selection);
  if (states === undefined) return { keys: undefined, historic: [] };
  const { historic } = await store.ledger.select({ ...selection, states: ["archived"] });
  return { keys: undefined, historic };
}

/** The final order. Where nothing is linked to what was found, that is the order of the direct channels. */
async function rankAll(
  store: Store,
  { ranked, expansion }: Gathered,
): Promise<{ ranking: readonly Ranked[]; walked: { nodes: number; edges: number } | null }> {
  if (expansion === undefined) return { ranking: ranked, walked: null };
  const { direct, reached } = expansion;
  const walked = walk(
    {
      ...expansion,
      found: (key) => direct.has(key),
      allowed: (key) => direct.has(key) || reached.has(key),
    },
    GRAPH,
  );
  if (walked === null) return { ranking: ranked, walked: null };
  const evidence = fusedEvidence(direct, reached, walked);
  const { texts } = expansion.around;
  const titled = texts.filter(({ title }) => title !== "").length / Math.max(1, texts.length);
  // A conversation has no names that only some of its turns share.
  if (titled > 0) await addPairs(store, evidence, titled, expansion);
  const places = [...walked.scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const rankOf = new Map(places.map(([key, score], index) => [key, { rank: index + 1, score }]));
  const all = [
    ...ranked,
    ...expansion.extra.map((candidate): Ranked => ({ candidate, score: 0, channels: {} })),
  ];
  const ranking = all
    .map(({ candidate, channels }): Ranked => {
      const found = evidence.get(candidate.key) as FusedEvidence;
      const walkedTo = rankOf.get(candidate.key);
      return {
        candidate,
        score: fusedScore(found, titled),
        channels:
          walkedTo === undefined
            ? channels
            : { ...channels, graph: { ...walkedTo, contribution: found.walk } },
        evidence: found,
      };
    })
    .sort((a, b) => b.score - a.score || a.candidate.key - b.candidate.key);
  return { ranking, walked: { nodes: walked.nodes, edges: walked.edges } };
}

/** Adds to the evidence for the best cubes what they hold of the question in pairs. */
async function addPairs(
  store: Store,
  evidence: Map<number, FusedEvidence>,
  titled: number,
  { seeds, readings, around, asked, cubes }: Expansion,
): Promise<void> {
  const best = [...evidence]
    .map(([key, found]) => ({ key, likely: fusedScore(found, titled) }))
    .sort((a, b) => b.likely - a.likely || a.key - b.key)
    .slice(0, PAIRED_AMONG);
  const readingOf = new Map(seeds.map(({ key }, index) => [key, readings[index] as Reading]));
  const unread = best.map(({ key }) => key).filter((key) => !readingOf.has(key));
  for (const [index, text] of (await store.ledger.texts(unread)).entries())
    readingOf.set(unread[index] as number, new Reading(text, asked));
  const partners = best.map((one) => ({ ...one, reading: readingOf.get(one.key) as Reading }));
  for (const [key, pair] of together(partners, around, asked, cubes))
    evidence.set(key, { ...(evidence.get(key) as FusedEvidence), ...pair });
}
