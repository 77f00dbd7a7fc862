import type * as z from "zod";
import { type MemCube, type Scope, textOf } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import type { Embedding } from "../embedding.js";
import { searchOptionsSchema, type Warning } from "../operations.js";
import { parse } from "../parse.js";
import { termsOf } from "../retrieval/analysis.js";
import { search } from "../retrieval/search.js";
import { selectionOf } from "../retrieval/selection.js";
import { mapInSlices, stretches } from "../store/index/slice.js";
import type { Permitted } from "../store/ledger.js";
import type { Store } from "../store/store.js";
import { type Alignment, align } from "./alignment.js";
import { ORDER_LIMITS } from "./limits.js";
import type { OrderResult, orderOptionsSchema, TextPlace } from "./operations.js";
import { type PlacedTerms, TermReader } from "./placedTerms.js";

/** Less of a text than this in one place is no trace of it: its common words stand together anywhere. */
const FOUND = 0.4;

/** Terms that are counted between two looks at the clock. */
const STRETCH = 4_096;

type Options = Omit<z.output<typeof orderOptionsSchema>, "signal"> & {
  readonly signal?: AbortSignal | undefined;
  /** The labels that the reader may see; every one without. */
  readonly permit?: Permitted;
};

/** A text that was found: the memory, its key, which grows with every arrival, and the place in its terms. */
interface Found extends Alignment {
  readonly cube: MemCube;
  readonly key: number;
  readonly place: TextPlace;
}

/**
 * Which of two texts came first in memory. Each is looked for by its words, of which some may be missing or in
 * another order, and what is compared is where they stand. Calls no language model.
 *
 * @throws MemosError INDEX_CORRUPT, ABORTED.
 */
export async function order(
  store: Store,
  embedding: Embedding,
  texts: { readonly a: string; readonly b: string },
  scope: Scope,
  options: Options,
): Promise<OrderResult> {
  const started = performance.now();
  const warnings: Warning[] = [];
  const reader = new TermReader();
  const look = (text: string) => locate(store, embedding, text, scope, options, reader, warnings);
  const [a, b] = [await look(texts.a), await look(texts.b)];
  const decided = a === undefined || b === undefined ? undefined : earlier(a, b);
  return {
    first: decided?.first ?? null,
    by: decided?.by ?? null,
    confidence: decided === undefined ? 0 : (a?.coverage ?? 0) * (b?.coverage ?? 0),
    a: a?.place ?? null,
    b: b?.place ?? null,
    receipt: {
      operation: "order",
      llmCalls: 0,
      llmTokens: 0,
      milliseconds: performance.now() - started,
      warnings,
    },
  };
}

/** Undefined where both stand in the same place. */
function earlier(a: Found, b: Found): Pick<OrderResult, "first" | "by"> | undefined {
  if (a.key === b.key) {
    const difference = a.start + a.end - (b.start + b.end);
    return difference === 0 ? undefined : { first: difference < 0 ? "a" : "b", by: "position" };
  }
  const { occurredAt: timeOfA } = a.place;
  const { occurredAt: timeOfB } = b.place;
  if (timeOfA !== undefined && timeOfB !== undefined && timeOfA !== timeOfB)
    return { first: timeOfA < timeOfB ? "a" : "b", by: "time" };
  return { first: a.key < b.key ? "a" : "b", by: "arrival" };
}

/** The memory and the place in it that have most of a text; undefined where none has enough of it. */
async function locate(
  store: Store,
  embedding: Embedding,
  text: string,
  scope: Scope,
  { signal, permit, ...wanted }: Options,
  reader: TermReader,
  warnings: Warning[],
): Promise<Found | undefined> {
  const asked = parse(searchOptionsSchema, {
    k: ORDER_LIMITS.candidates,
    channels: ["text", "vector"],
    ...wanted,
    signal,
  });
  const { hits, receipt } = await search(store, embedding, text, scope, { ...asked, permit });
  warnings.push(...receipt.warnings);
  const read: { cube: MemCube; placed: PlacedTerms }[] = [];
  let characters = 0;
  for (const { cube } of hits) {
    const said = textOf(cube) ?? "";
    characters += said.length;
    if (characters > ORDER_LIMITS.characters) break;
    throwIfAborted(signal);
    read.push({ cube, placed: await reader.read(said) });
  }
  const weightOf = await rarity(read.map(({ placed }) => placed));
  const terms = termsOf(text);
  let best: { cube: MemCube; placed: PlacedTerms; alignment: Alignment } | undefined;
  for (const { cube, placed } of read) {
    throwIfAborted(signal);
    const alignment = await align(placed.terms, terms, weightOf);
    if (alignment !== undefined && alignment.coverage > (best?.alignment.coverage ?? 0))
      best = { cube, placed, alignment };
  }
  if (best === undefined || best.alignment.coverage < FOUND) return undefined;
  const { cube, placed, alignment } = best;
  const selection = await selectionOf(store.ledger, scope, { ...wanted, permit });
  const [located] = await store.ledger.keysOf(selection, [cube.id]);
  // Forgotten since the search: the ledger has the last word.
  if (located === undefined) return undefined;
  const { recordedAt, occurredAt } = cube.time;
  const place: TextPlace = {
    cube: cube.id,
    span: [placed.starts[alignment.start] as number, placed.ends[alignment.end - 1] as number],
    coverage: alignment.coverage,
    recordedAt,
    ...(occurredAt === undefined ? {} : { occurredAt }),
  };
  return { ...alignment, cube, key: located.key, place };
}

/** The weight of a term by how seldom it stands in some texts; one that stands in none weighs most. */
async function rarity(texts: readonly PlacedTerms[]): Promise<(term: string) => number> {
  const counts = new Map<string, number>();
  let total = 0;
  for (const { terms } of texts) {
    total += terms.length;
    await mapInSlices(stretches(terms.length, STRETCH), ([start, end]) => {
      for (let at = start; at < end; at++) {
        const term = terms[at] as string;
        counts.set(term, (counts.get(term) ?? 0) + 1);
      }
    });
  }
  return (term) => Math.log(1 + total / (counts.get(term) ?? 0.5));
}
