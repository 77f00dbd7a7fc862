import type { Channel, Explanation } from "../operations.js";
import type { Scored } from "../store/index/searchIndex.js";
import { containsPhrase, isOnlyQuoted, quotedPhrases, termsOf } from "./analysis.js";

/** Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009): a rank r counts 1 / (K + r). */
export const RRF_K = 60;

/**
 * How much each channel counts beside full text; the vector channel brings its own weight with its embedder.
 * With K = 60 neighbouring first ranks differ by 1/61 - 1/62, so 0.03 lifts a result past about two others.
 * Chosen on the LoCoMo, HotpotQA and MuSiQue development sets.
 */
export const CHANNEL_WEIGHTS = {
  text: 1,
  /** A quoted title inside a question is a hint; a query that is nothing but a quotation means it. */
  quoted: 0.03,
  onlyQuoted: 1,
  recency: 0.005,
  askedRecency: 0.05,
} as const;

const ASKS_FOR_RECENT =
  /\b(latest|last|newest|most recent|recent|recently|just now|today|yesterday|currently)\b/i;

export function asksForRecent(query: string): boolean {
  return ASKS_FOR_RECENT.test(query);
}

export interface Ranked {
  readonly candidate: Scored;
  readonly score: number;
  readonly channels: Explanation["channels"];
  readonly evidence?: Explanation["evidence"];
  /** The factor that its use has moved the score by. */
  readonly use?: number;
}

interface ChannelScores {
  readonly channel: Channel;
  readonly weight: number;
  /** Undefined when the channel does not find the candidate. */
  readonly score: (candidate: Scored) => number | undefined;
  /** Whether equal scores are told apart by the order of recording, the later first. */
  readonly laterFirst?: boolean;
}

/**
 * One ranking out of the channels. Ties are decided by text score, then by age (older first), so that the
 * same store and query always give the same order.
 */
export function fuse(
  candidates: readonly Scored[],
  query: string,
  channels: ReadonlySet<Channel>,
  vectorWeight: number,
): Ranked[] {
  const phrases = quotedPhrases(query);
  const all: ChannelScores[] = [
    { channel: "text", weight: CHANNEL_WEIGHTS.text, score: (c) => (c.text > 0 ? c.text : undefined) },
    {
      channel: "vector",
      weight: vectorWeight,
      score: (c) => (c.similarity === null ? undefined : c.similarity),
    },
    {
      channel: "exact",
      weight: isOnlyQuoted(query) ? CHANNEL_WEIGHTS.onlyQuoted : CHANNEL_WEIGHTS.quoted,
      score: (c) => {
        const found = phrases.filter((phrase) => containsPhrase(c.own, phrase)).length;
        return found === 0 ? undefined : found + c.text / (c.text + 1);
      },
    },
    {
      channel: "recency",
      weight: asksForRecent(query) ? CHANNEL_WEIGHTS.askedRecency : CHANNEL_WEIGHTS.recency,
      score: (c) => c.recordedAt,
      // Turns that were added together have one time; whoever asks for the last means the last of them.
      laterFirst: asksForRecent(query) || termsOf(query).length === 0,
    },
  ];
  const used = all.filter(
    ({ channel }) => channels.has(channel) && (channel !== "exact" || phrases.length > 0),
  );
  const scores = new Map<Scored, { score: number; channels: Explanation["channels"] }>();
  for (const candidate of candidates) scores.set(candidate, { score: 0, channels: {} });
  for (const { channel, weight, score, laterFirst = false } of used) {
    const ranked = candidates
      .flatMap((candidate) => {
        const value = score(candidate);
        return value === undefined ? [] : [{ candidate, value }];
      })
      .sort(
        (a, b) =>
          b.value - a.value ||
          (laterFirst ? b.candidate.key - a.candidate.key : a.candidate.key - b.candidate.key),
      );
    let rank = 0;
    for (const [index, { candidate, value }] of ranked.entries()) {
      // Equal scores share a rank: the order of storage says nothing about relevance.
      if (laterFirst || index === 0 || value !== ranked[index - 1]?.value) rank = index + 1;
      const entry = scores.get(candidate);
      if (entry === undefined) continue;
      const contribution = weight / (RRF_K + rank);
      entry.score += contribution;
      entry.channels[channel] = { rank, score: value, contribution };
    }
  }
  return [...scores]
    .map(([candidate, { score, channels: why }]) => ({ candidate, score, channels: why }))
    .filter(({ score }) => score > 0)
    .sort(
      (a, b) => b.score - a.score || b.candidate.text - a.candidate.text || a.candidate.key - b.candidate.key,
    );
}

export interface Group {
  readonly best: Ranked;
  readonly duplicates: readonly number[];
}

/** Cubes that say the same become one place in the ranking: that of the best of them. */
export function collapse(ranked: readonly Ranked[], limit: number): Group[] {
  const groups = new Map<number, { best: Ranked; duplicates: number[] }>();
  for (const entry of ranked) {
    const group = entry.candidate.duplicateOf ?? entry.candidate.key;
    const known = groups.get(group);
    if (known !== undefined) known.duplicates.push(entry.candidate.key);
    else groups.set(group, { best: entry, duplicates: [] });
  }
  return [...groups.values()].slice(0, limit);
}
