import { setImmediate as nextTurn } from "node:timers/promises";
import { MemosError } from "../memcube/index.js";

/** The most that one edge may weigh: sums of any number of parallel edges stay finite in 32 bits. */
export const MAX_EDGE_WEIGHT = 1e24;

/** Edges, arcs or nodes that one step of a build goes through: well under a millisecond. */
const STEP = 8_192;

/** A build that gives way does so after this long. */
const SLICE_MS = 2;

const NONE = 0xffff_ffff;

/** Edges as three columns: row `i` goes from `sources[i]` to `targets[i]`. */
export interface EdgeColumns {
  readonly sources: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  /** 1 for each edge when left out. */
  readonly weights?: ArrayLike<number>;
}

/** One edge: from, to and its weight, which is 1 when left out. */
export type EdgeTuple = readonly [source: number, target: number, weight?: number];

export interface CsrOptions {
  /** Nodes are numbered from 0 to `nodes - 1`; those without an edge count too. */
  readonly nodes: number;
  /** Whether an edge can only be walked from its source; `false` unless said otherwise. */
  readonly directed?: boolean;
}

/**
 * A weighted graph in compressed sparse rows. The arcs that leave node `u` stand next to each other, from
 * `offsets[u]` up to `offsets[u + 1]`, ascending by the node they reach:
 *
 * ```
 * edges  0-1 (2)   0-2 (1)   2-3 (4)
 *
 * node         0     1   2     3
 * offsets    [ 0     2   3     5   6 ]
 *              |     |   |     |
 * targets    [ 1  2  0   0  3  2 ]
 * weights    [ 2  1  2   1  4  4 ]
 * outWeights [ 3     2   5     4 ]
 * ```
 *
 * An undirected edge is two arcs, so 16 bytes, and a node is 12 bytes.
 */
export interface Csr {
  readonly nodes: number;
  readonly directed: boolean;
  /** Edges after parallel ones were merged. */
  readonly edges: number;
  /** Self-links and edges of weight zero, which were left out. */
  readonly dropped: number;
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float32Array;
  /** The sum of the weights of the arcs that leave a node: its weighted degree. */
  readonly outWeights: Float64Array;
  /** What the arrays hold, in bytes. */
  readonly bytes: number;
}

/**
 * Builds compressed sparse rows in time linear in nodes and edges, by two counting sorts.
 *
 * Parallel edges are merged into one of their summed weight; when undirected, `a-b` and `b-a` are parallel.
 * Self-links are left out, because they only keep a walk where it is; so are edges of weight zero (or so
 * light that 32 bits call it zero), because a walk never takes them.
 *
 * Needs 48 bytes an undirected edge on top of the input while it builds. Holds the event loop for some
 * hundred milliseconds at a million edges; `buildCsrInSlices` does not.
 *
 * @throws MemosError `INVALID_INPUT` for a node that does not exist, a weight that is negative, not a number
 * or over `MAX_EDGE_WEIGHT`, and columns of different lengths.
 *
 * @example buildCsr([[0, 1], [1, 2, 0.5]], { nodes: 3 }).outWeights // [1, 1.5, 0.5]
 */
export function buildCsr(edges: EdgeColumns | Iterable<EdgeTuple>, options: CsrOptions): Csr {
  const steps = build(edges, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * `buildCsr` that gives way to other work every few milliseconds. The edges must not change meanwhile.
 *
 * @throws MemosError as `buildCsr` does, and `ABORTED` when the signal says so.
 */
export async function buildCsrInSlices(
  edges: EdgeColumns | Iterable<EdgeTuple>,
  options: CsrOptions,
  signal?: AbortSignal,
): Promise<Csr> {
  const steps = build(edges, options);
  let started = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - started < SLICE_MS) continue;
    await nextTurn();
    if (signal?.aborted === true)
      throw new MemosError("ABORTED", "The graph was not built to its end.", { cause: signal.reason });
    started = performance.now();
  }
}

type Steps<T> = Generator<undefined, T, undefined>;

/** Arcs as columns, already checked. */
interface Arcs {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float32Array;
}

function* build(edges: EdgeColumns | Iterable<EdgeTuple>, options: CsrOptions): Steps<Csr> {
  const { nodes, directed = false } = options;
  if (!Number.isInteger(nodes) || nodes < 0 || nodes >= NONE)
    throw new MemosError("INVALID_INPUT", "the number of nodes is a whole number from 0", { path: "nodes" });
  const columns = Symbol.iterator in edges ? yield* columnsOf(edges) : edges;
  const { arcs, dropped } = yield* arcsOf(columns, nodes, directed);
  // Sorting by target and then, stably, by source leaves each row ascending.
  const byTarget = yield* sorted(arcs, "targets", nodes, arcColumns(arcs.sources.length));
  const bySource = yield* sorted(byTarget.arcs, "sources", nodes, arcs);
  return yield* merged(bySource, { nodes, directed, dropped });
}

function* columnsOf(edges: Iterable<EdgeTuple>): Steps<EdgeColumns> {
  const sources: number[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  for (const [source, target, weight = 1] of edges) {
    sources.push(source);
    targets.push(target);
    weights.push(weight);
    if (sources.length % STEP === 0) yield;
  }
  return { sources, targets, weights };
}

/** Checks the edges and lays them out as arcs: both ways unless the graph is directed. */
function* arcsOf(
  { sources, targets, weights }: EdgeColumns,
  nodes: number,
  directed: boolean,
): Steps<{ arcs: Arcs; dropped: number }> {
  const count = sources.length;
  if (targets.length !== count || (weights !== undefined && weights.length !== count))
    throw new MemosError("INVALID_INPUT", "the columns of the edges differ in length");
  const most = directed ? count : 2 * count;
  if (most >= NONE) throw new MemosError("TOO_LARGE", `a graph has fewer than ${NONE} arcs`);
  const arcs = arcColumns(most);
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (index % STEP === 0) yield;
    const source = checkedNode(sources[index], nodes, index);
    const target = checkedNode(targets[index], nodes, index);
    const weight = weights === undefined ? 1 : checkedWeight(weights[index], index);
    if (source === target || weight === 0) continue;
    arcs.sources[at] = source;
    arcs.targets[at] = target;
    arcs.weights[at++] = weight;
    if (directed) continue;
    arcs.sources[at] = target;
    arcs.targets[at] = source;
    arcs.weights[at++] = weight;
  }
  return { arcs: firstOf(arcs, at), dropped: (most - at) / (directed ? 1 : 2) };
}

function checkedNode(node: number | undefined, nodes: number, index: number): number {
  // Also refuses fractions and what is not a number: neither equals itself as an unsigned integer.
  if (node === undefined || node >>> 0 !== node || node >= nodes)
    throw new MemosError("INVALID_INPUT", `edge ${index} names node ${node}, but there are ${nodes}`, {
      path: `edges.${index}`,
    });
  return node;
}

function checkedWeight(weight: number | undefined, index: number): number {
  if (weight === undefined || !(weight >= 0 && weight <= MAX_EDGE_WEIGHT))
    throw new MemosError(
      "INVALID_INPUT",
      `edge ${index} weighs ${weight}, which is not from 0 to ${MAX_EDGE_WEIGHT}`,
      { path: `edges.${index}` },
    );
  return Math.fround(weight);
}

function arcColumns(length: number): Arcs {
  return {
    sources: new Uint32Array(length),
    targets: new Uint32Array(length),
    weights: new Float32Array(length),
  };
}

function firstOf({ sources, targets, weights }: Arcs, length: number): Arcs {
  return {
    sources: sources.subarray(0, length),
    targets: targets.subarray(0, length),
    weights: weights.subarray(0, length),
  };
}

interface SortedArcs {
  readonly arcs: Arcs;
  /** Where the arcs of each key begin, and behind the last one their number. */
  readonly offsets: Uint32Array;
}

/** Stable counting sort of arcs by one of their ends, into other columns of the same length. */
function* sorted(arcs: Arcs, by: "sources" | "targets", nodes: number, into: Arcs): Steps<SortedArcs> {
  const { sources, targets, weights } = arcs;
  const keys = arcs[by];
  const offsets = new Uint32Array(nodes + 1);
  for (let from = 0; from < keys.length; from += STEP) {
    const to = Math.min(keys.length, from + STEP);
    for (let arc = from; arc < to; arc++) (offsets[(keys[arc] as number) + 1] as number)++;
    yield;
  }
  for (let node = 0; node < nodes; node++) {
    (offsets[node + 1] as number) += offsets[node] as number;
    if (node % STEP === 0) yield;
  }
  const next = offsets.slice(0, nodes);
  for (let from = 0; from < keys.length; from += STEP) {
    const to = Math.min(keys.length, from + STEP);
    for (let arc = from; arc < to; arc++) {
      const at = (next[keys[arc] as number] as number)++;
      into.sources[at] = sources[arc] as number;
      into.targets[at] = targets[arc] as number;
      into.weights[at] = weights[arc] as number;
    }
    yield;
  }
  return { arcs: into, offsets };
}

/** Makes rows of sorted arcs: those that reach the same node are neighbours and become one. */
function* merged(
  { arcs: { targets, weights }, offsets }: SortedArcs,
  { nodes, directed, dropped }: Pick<Csr, "nodes" | "directed" | "dropped">,
): Steps<Csr> {
  const outWeights = new Float64Array(nodes);
  let length = 0;
  let worked = 0;
  for (let node = 0; node < nodes; node++) {
    const from = offsets[node] as number;
    const to = offsets[node + 1] as number;
    const row = length;
    offsets[node] = row;
    let arc = from;
    while (arc < to) {
      const target = targets[arc] as number;
      let sum = 0;
      for (; arc < to && targets[arc] === target; arc++) sum += weights[arc] as number;
      targets[length] = target;
      weights[length++] = sum;
    }
    let total = 0;
    for (let arc = row; arc < length; arc++) total += weights[arc] as number;
    outWeights[node] = total;
    worked += 1 + to - from;
    if (worked > STEP) {
      worked = 0;
      yield;
    }
  }
  offsets[nodes] = length;
  // What was dropped or merged left the columns too long: a copy of the rest lets them go.
  const exact = targets.buffer.byteLength === length * targets.BYTES_PER_ELEMENT;
  const kept = exact
    ? { targets, weights }
    : { targets: targets.slice(0, length), weights: weights.slice(0, length) };
  return {
    nodes,
    directed,
    edges: directed ? length : length / 2,
    dropped,
    offsets,
    ...kept,
    outWeights,
    bytes: offsets.byteLength + kept.targets.byteLength + kept.weights.byteLength + outWeights.byteLength,
  };
}
