import { MemosError } from "../../memcube/index.js";
import { seededRandom } from "../metrics/index.js";

/** Distance bins, on a logarithmic scale: from neighbours in one paragraph to opposite ends of the book. */
export const DISTANCE_BINS = 4;

/** Share of the words of a segment that `drop` leaves out. */
const DROPPED = 0.2;

export const PERTURBATIONS = ["drop", "shuffle"] as const;
export type Perturbation = (typeof PERTURBATIONS)[number];

/** Two segments of a book, as they are asked about, and which of them stands first. */
export interface SegmentPair {
  readonly a: string;
  readonly b: string;
  readonly first: "a" | "b";
  /** From 0, the nearest. */
  readonly bin: number;
}

export interface PairOptions {
  /** Words of a segment. */
  readonly words: number;
  readonly pairs: number;
  readonly seed: number;
  readonly perturb?: Perturbation | undefined;
}

/**
 * Pairs of segments that do not overlap, as many from each distance bin; which of the two is asked about first is
 * drawn. The protocol of SORT (Pink et al. 2024), with the book as the excerpt.
 *
 * @throws MemosError INVALID_INPUT for a book with fewer words than two segments.
 */
export function segmentPairs(book: string, options: PairOptions): SegmentPair[] {
  const { words: length, pairs, seed, perturb } = options;
  const words = book.split(/\s+/).filter((word) => word !== "");
  const farthest = words.length - length;
  if (farthest < length)
    throw new MemosError(
      "INVALID_INPUT",
      `a book of ${words.length} words has no two segments of ${length} words`,
    );
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const segment = (start: number) => perturbed(words.slice(start, start + length), perturb, random).join(" ");
  return Array.from({ length: pairs }, (_, index) => {
    const bin = index % DISTANCE_BINS;
    const edge = (at: number) => length * (farthest / length) ** (at / DISTANCE_BINS);
    const distance = Math.min(farthest, Math.floor(edge(bin) + random() * (edge(bin + 1) - edge(bin))));
    const start = below(farthest - distance + 1);
    const [earlier, later] = [segment(start), segment(start + distance)];
    return random() < 0.5
      ? { a: earlier, b: later, first: "a" as const, bin }
      : { a: later, b: earlier, first: "b" as const, bin };
  });
}

/** A segment with words left out, or in another order. */
function perturbed(
  words: readonly string[],
  perturbation: Perturbation | undefined,
  random: () => number,
): readonly string[] {
  if (perturbation === "drop") {
    const kept = words.filter(() => random() >= DROPPED);
    return kept.length === 0 ? words : kept;
  }
  if (perturbation !== "shuffle") return words;
  const shuffled = [...words];
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [shuffled[at], shuffled[other]] = [shuffled[other] as string, shuffled[at] as string];
  }
  return shuffled;
}
