import type { z } from "zod";
import type { Scope } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import type { Embedding } from "../embedding.js";
import type { Channel, Hit, SearchResult, searchOptionsSchema, Warning } from "../operations.js";
import type { Selection } from "../store/ledger.js";
import type { Store } from "../store/store.js";
import { queryTerms, quotedPhrases } from "./analysis.js";
import { asksForRecent, collapse, fuse } from "./fusion.js";

/** Candidates asked of each channel; more when more results are wanted. */
const CANDIDATES = 100;

/** Newest cubes proposed when a query asks for what is recent, or has no words to go by. */
const RECENT_CANDIDATES = 25;

const ALL_CHANNELS: readonly Channel[] = ["text", "vector", "exact", "recency"];

type Options = Pick<
  z.output<typeof searchOptionsSchema>,
  "k" | "channels" | "explain" | "types" | "where" | "asOf" | "signal"
>;

/** Hybrid search over one scope (docs/design.md, Life of a query). Calls no language model. */
export async function search(
  store: Store,
  embedding: Embedding,
  query: string,
  scope: Scope,
  options: Options,
): Promise<SearchResult> {
  const started = performance.now();
  const warnings: Warning[] = [];
  const channels = new Set(options.channels ?? ALL_CHANNELS);
  if (!embedding.enabled) channels.delete("vector");
  const asOf = options.asOf === undefined ? undefined : Date.parse(options.asOf);
  const selection: Selection = { scope, types: options.types, where: options.where, asOf, now: Date.now() };
  const terms = queryTerms(query);
  const wantsRecent = channels.has("recency") && (terms.length === 0 || asksForRecent(query));
  const [vector, selected, recent] = await Promise.all([
    channels.has("vector") ? embedding.query(query, options.signal, warnings) : null,
    options.where === undefined && asOf === undefined ? undefined : store.ledger.select(selection),
    wantsRecent ? store.ledger.recent(selection, RECENT_CANDIDATES) : [],
  ]);
  throwIfAborted(options.signal);
  const usesText = channels.has("text") || channels.has("exact");
  const { candidates, reembedding } = await store.index.search({
    scope,
    terms: usesText ? terms : [],
    phrases: channels.has("exact") ? quotedPhrases(query) : [],
    vector,
    types: options.types,
    now: selection.now,
    keys: selected?.keys,
    historic: selected?.historic ?? [],
    also: recent,
    limit: Math.max(CANDIDATES, options.k * 2),
  });
  throwIfAborted(options.signal);
  if (reembedding)
    warnings.push({
      code: "REEMBEDDING",
      message: "Vectors are being made again for another embedder; the search used the text alone.",
    });
  const groups = collapse(fuse(candidates, query, channels, embedding.weight), options.k);
  const cubes = await store.ledger.byKeys(
    groups.flatMap(({ best, duplicates }) => [best.candidate.key, ...duplicates]),
    scope,
    asOf,
  );
  const byKey = new Map(cubes.map(({ key, cube }) => [key, cube]));
  const hits = groups.flatMap(({ best, duplicates }): Hit[] => {
    const cube = byKey.get(best.candidate.key);
    // Forgotten between the search and now: the ledger has the last word.
    if (cube === undefined) return [];
    const { candidate } = best;
    const explanation = {
      channels: best.channels,
      terms: terms.filter((_, index) => (candidate.frequencies[index] ?? 0) > 0),
      tier: candidate.tier,
    };
    return [
      {
        cube,
        score: best.score,
        duplicates: duplicates.flatMap((key) => byKey.get(key)?.id ?? []),
        ...(options.explain ? { explanation } : {}),
      },
    ];
  });
  return {
    hits,
    receipt: {
      operation: "search",
      channels: [...channels],
      candidates: candidates.length,
      llmCalls: 0,
      llmTokens: 0,
      milliseconds: performance.now() - started,
      warnings,
    },
  };
}
