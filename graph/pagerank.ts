import { MemosError } from "../memcube/index.js";
import type { Csr } from "./csr.js";
import { type Seed, sharesOf } from "./seeds.js";

/**
 * The chance that a walk goes on instead of starting again at a seed. HippoRAG (arXiv 2405.14831, section
 * 3 and appendix) walks with 0.5: what is near the question counts, what is central everywhere does not.
 */
export const DAMPING = 0.5;

export const PAGE_RANK_DEFAULTS = Object.freeze({ damping: DAMPING, tolerance: 1e-9, maxIterations: 200 });

export interface PageRankOptions {
  /** The chance to follow an arc instead of starting again at a seed, from 0 and below 1. */
  readonly damping?: number;
  /** The iteration ends when the scores changed by less than this in total (L1 norm). */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

export interface PageRank {
  /** By node. They sum to 1, or are all 0 when there was no seed. */
  readonly scores: Float64Array;
  readonly iterations: number;
  /**
   * How much the last iteration changed the scores in total. The exact scores are within
   * `change * damping / (1 - damping)` of these (L1 norm), whether the tolerance was reached or not.
   */
  readonly change: number;
}

/**
 * Personalized PageRank of every node by power iteration: where a walk is found that starts at a seed,
 * goes on with probability `damping` along an arc drawn by weight, and else starts again (Page, Brin,
 * Motwani and Winograd, "The PageRank Citation Ranking", 1999, section 6). A node without an arc sends
 * the walk back to the seeds. Touches the whole graph in each iteration; `pushPageRank` does not.
 *
 * Without a seed every score is 0: nothing is known about the question, so no node is better than another.
 *
 * @throws MemosError `INVALID_INPUT` for seeds that `sharesOf` refuses and options out of range.
 *
 * @example pageRank(buildCsr([[0, 1]], { nodes: 3 }), [{ node: 0, weight: 1 }]).scores // [2/3, 1/3, 0]
 */
export function pageRank(csr: Csr, seeds: Iterable<Seed>, options: PageRankOptions = {}): PageRank {
  const { damping, tolerance, maxIterations } = { ...PAGE_RANK_DEFAULTS, ...options };
  checkDamping(damping);
  if (!(tolerance >= 0))
    throw new MemosError("INVALID_INPUT", "the tolerance is a number from 0", { path: "tolerance" });
  if (!Number.isInteger(maxIterations) || maxIterations < 1)
    throw new MemosError("INVALID_INPUT", "at least one iteration is needed", { path: "maxIterations" });
  const start = sharesOf(seeds, csr);
  let scores = new Float64Array(csr.nodes);
  if (start.nodes.length === 0) return { scores, iterations: 0, change: 0 };
  addShares(scores, 1, start.nodes, start.shares);
  let next = new Float64Array(csr.nodes);
  let iterations = 0;
  let change = Number.POSITIVE_INFINITY;
  while (iterations < maxIterations && change > tolerance) {
    next.fill(0);
    const dangling = spread(csr, scores, next, damping);
    addShares(next, 1 - damping + damping * dangling, start.nodes, start.shares);
    change = distance(scores, next);
    [scores, next] = [next, scores];
    iterations++;
  }
  return { scores, iterations, change };
}

/** @throws MemosError `INVALID_INPUT` when a walk would never start again, or more often than always. */
export function checkDamping(damping: number): void {
  if (!(damping >= 0 && damping < 1))
    throw new MemosError("INVALID_INPUT", "the damping is from 0 and below 1", { path: "damping" });
}

/** Sends `damping` of each score along the arcs; what is at nodes without an arc is returned instead. */
function spread(csr: Csr, scores: Float64Array, next: Float64Array, damping: number): number {
  const { offsets, targets, weights, outWeights, nodes } = csr;
  let dangling = 0;
  for (let node = 0; node < nodes; node++) {
    const score = scores[node] as number;
    if (score === 0) continue;
    const from = offsets[node] as number;
    const to = offsets[node + 1] as number;
    if (from === to) {
      dangling += score;
      continue;
    }
    const perWeight = (damping * score) / (outWeights[node] as number);
    for (let arc = from; arc < to; arc++)
      (next[targets[arc] as number] as number) += perWeight * (weights[arc] as number);
  }
  return dangling;
}

function addShares(scores: Float64Array, mass: number, nodes: Uint32Array, shares: Float64Array): void {
  for (let index = 0; index < nodes.length; index++)
    (scores[nodes[index] as number] as number) += mass * (shares[index] as number);
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += Math.abs((a[index] as number) - (b[index] as number));
  return sum;
}
