import { factsIn, mentionsIn, timesIn } from "../../../graph/extraction/index.js";
import { type Span, sentencesIn } from "../../../graph/extraction/sentences.js";
import { type MemCube, textOf } from "../../../memcube/index.js";
import { isStopWord, termsOf } from "../../retrieval/analysis.js";
import { mapInSlices } from "../../store/index/slice.js";

/** Characters of a summary at most, whoever writes it. */
export const SUMMARY_CHARACTERS = 1_600;

/** Sentences that are quoted at most. */
export const SUMMARY_SENTENCES = 10;

/** Sentences that are looked at: the first of a longer conversation, so that the work is bounded. */
const SENTENCES_READ = 1_000;

/** Terms of the shortest sentence that is quoted, and characters of the longest. */
const TERMS_AT_LEAST = 4;
const QUOTED_CHARACTERS = 400;

/** Share of the terms of a sentence that one already quoted may have. */
const REPEATED = 0.6;

/** What a sentence counts for besides what it has in common with the others. */
const FACT = 0.6;
const NAME = 0.3;
const TIME = 0.3;

export interface Quote {
  /** Position of the turn. */
  readonly turn: number;
  readonly span: Span;
}

interface Sentence extends Quote {
  readonly terms: ReadonlySet<string>;
  readonly bonus: number;
}

/**
 * Picks the sentences that say most of what was said, in their order. A sentence counts for the terms that it has
 * in common with all others (degree centrality of LexRank, Erkan and Radev 2004, section 3.2; terms are counted
 * once for all, so that it takes linear time), and for the facts, names and times that it states. Names by
 * which the speakers call each other count for nothing. Questions and what was quoted already in other words are
 * passed over. Nothing is rewritten, so that nothing is said that was
 * not said.
 */
export async function quotesOf(turns: readonly MemCube[]): Promise<Quote[]> {
  const spans = turns
    .flatMap((cube, turn) => sentencesIn(textOf(cube) ?? "").map((span) => ({ turn, span })))
    .slice(0, SENTENCES_READ);
  const speakers = new Set(turns.flatMap(({ provenance }) => termsOf(provenance.actor)));
  const read = await mapInSlices(spans, (quote) => sentenceOf(quote, turns[quote.turn] as MemCube, speakers));
  const sentences = read.flatMap((sentence) => sentence ?? []);
  const frequency = new Map<string, number>();
  for (const { terms } of sentences)
    for (const term of terms) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  const centralities = sentences.map(({ terms }) => {
    let shared = 0;
    for (const term of terms) {
      const among = frequency.get(term) as number;
      shared += (among - 1) * Math.log(sentences.length / among);
    }
    return shared / Math.sqrt(terms.size);
  });
  const highest = Math.max(Number.MIN_VALUE, ...centralities);
  const ranked = sentences
    .map((sentence, order) => ({
      sentence,
      order,
      weight: (centralities[order] as number) / highest + sentence.bonus,
    }))
    .sort((a, b) => b.weight - a.weight || a.order - b.order);
  const chosen: typeof ranked = [];
  let characters = 0;
  for (const candidate of ranked) {
    const { turn, span, terms } = candidate.sentence;
    const length = span[1] - span[0] + (turns[turn]?.provenance.actor.length ?? 0) + 3;
    if (chosen.length === SUMMARY_SENTENCES || characters + length > SUMMARY_CHARACTERS) continue;
    if (chosen.some(({ sentence }) => sharedShare(terms, sentence.terms) > REPEATED)) continue;
    chosen.push(candidate);
    characters += length;
  }
  return chosen.sort((a, b) => a.order - b.order).map(({ sentence: { turn, span } }) => ({ turn, span }));
}

/** The quotes as a text: a line for each, with who said it. */
export function quotedText(turns: readonly MemCube[], quotes: readonly Quote[]): string {
  return quotes
    .map(({ turn, span }) => {
      const cube = turns[turn] as MemCube;
      return `${cube.provenance.actor}: ${(textOf(cube) ?? "").slice(...span)}`;
    })
    .join("\n");
}

function sentenceOf(quote: Quote, cube: MemCube, speakers: ReadonlySet<string>): Sentence | undefined {
  const text = (textOf(cube) ?? "").slice(...quote.span);
  if (text.length > QUOTED_CHARACTERS || /[?？]\s*["'”’»]?$/u.test(text)) return undefined;
  const terms = new Set(termsOf(text).filter((term) => !isStopWord(term) && !isNameOf(speakers, term)));
  if (terms.size < TERMS_AT_LEAST) return undefined;
  const { actor } = cube.provenance;
  const at = new Date(cube.time.occurredAt ?? cube.time.recordedAt);
  const facts = factsIn(text, { speaker: actor, title: undefined, at }).length;
  const names = mentionsIn(text).filter(
    ({ key, role, span }) =>
      role === "name" && span[0] > 0 && !termsOf(key).some((term) => isNameOf(speakers, term)),
  ).length;
  const times = timesIn(text, at).length;
  return {
    ...quote,
    terms,
    bonus: FACT * Math.min(facts, 2) + NAME * Math.min(names, 3) + TIME * Math.min(times, 2),
  };
}

/** Also in a short form: "Mel" of Melanie. */
function isNameOf(speakers: ReadonlySet<string>, term: string): boolean {
  return speakers.has(term) || (term.length >= 3 && [...speakers].some((name) => name.startsWith(term)));
}

function sharedShare(terms: ReadonlySet<string>, others: ReadonlySet<string>): number {
  let shared = 0;
  for (const term of terms) if (others.has(term)) shared++;
  return shared / terms.size;
}
