import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { hundredths, mean } from "../eval/metrics/index.js";
import { buildCsrInSlices, type Csr, PUSH_DEFAULTS, pageRank, topNodes, Walker } from "../graph/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { type GraphologyFigures, measureGraphology } from "./graph/graphology.js";
import { randomSeeds, scaleFreeGraph } from "./graph/scaleFree.js";
import { latencyOf, middle } from "./latency.js";
import { type Report, seldom } from "./progress.js";

/** Walks, each from seeds of its own. */
const WALKS = 60;

/** Walks before the measured ones, in which the engine compiles. */
const WARM_UP = 3;

/** Time to clear away what growing the graph left, before it is watched how the build holds others up. */
const SETTLE_MS = 100;

const GRAPH_SEED = 1;
const FIRST_WALK_SEED = 1_000;

/** The baseline in graphology takes about a kilobyte an edge: it is measured on a graph of this size. */
const BASELINE_NODES = 20_000;

export interface GraphBenchOptions {
  readonly nodes: number;
  /** Undirected; fewer are made when there are not that many pairs of nodes. */
  readonly edges: number;
  readonly signal?: AbortSignal;
}

export interface GraphBenchResult {
  readonly nodes: number;
  readonly edges: number;
  /** Edges of the node that has most. */
  readonly largestDegree: number;
  /** From columns of edges to rows, in slices that let other work in between. */
  readonly buildMs: number;
  /** The longest that the event loop was held meanwhile. */
  readonly buildHeldMs: number;
  /** The rows and the scratch of one walker, for each undirected edge. */
  readonly bytesPerEdge: number;
  /** Personalized PageRank by push, from five to ten seeds. */
  readonly pprP50ms: number;
  readonly pprP95ms: number;
  readonly epsilon: number;
  readonly arcsP50: number;
  /** The same walk by power iteration. */
  readonly exactP50ms: number;
  /** The largest difference of any score of any walk from the exact one; scores sum to 1. */
  readonly errorVsExact: number;
  /** The sum of the differences of a walk (L1 norm), in the mean over the walks. */
  readonly meanL1VsExact: number;
  /** Share of the nodes with the highest exact scores that are among those of the push. */
  readonly top10Overlap: number;
  readonly top100Overlap: number;
  readonly baseline: GraphologyFigures;
}

/** Measures walks over a graph whose degrees follow a power law, against exact ones and graphology. */
export async function runGraphBench(options: GraphBenchOptions, report: Report): Promise<GraphBenchResult> {
  const { nodes, edges, signal } = options;
  report(`growing a graph of ${nodes} nodes`);
  const columns = scaleFreeGraph(nodes, edges, GRAPH_SEED);
  await pause(SETTLE_MS);
  const held = monitorEventLoopDelay({ resolution: 1 });
  held.enable();
  const started = performance.now();
  const csr = await buildCsrInSlices(columns, { nodes }, signal);
  const buildMs = hundredths(performance.now() - started);
  held.disable();
  const walker = new Walker(csr);
  const walks = await compareWalks(walker, signal, report);
  report("measuring graphology");
  const share = Math.min(1, BASELINE_NODES / nodes);
  return {
    nodes,
    edges: csr.edges,
    largestDegree: largestDegree(csr),
    buildMs,
    buildHeldMs: hundredths(held.max / 1e6),
    bytesPerEdge: hundredths(walker.bytes / Math.max(1, csr.edges)),
    ...walks,
    baseline: await measureGraphology(Math.ceil(nodes * share), Math.ceil(edges * share), signal),
  };
}

type WalkFigures = Pick<
  GraphBenchResult,
  | "pprP50ms"
  | "pprP95ms"
  | "epsilon"
  | "arcsP50"
  | "exactP50ms"
  | "errorVsExact"
  | "meanL1VsExact"
  | "top10Overlap"
  | "top100Overlap"
>;

async function compareWalks(
  walker: Walker,
  signal: AbortSignal | undefined,
  report: Report,
): Promise<WalkFigures> {
  const { csr } = walker;
  const say = seldom(report);
  const pushes: number[] = [];
  const exacts: number[] = [];
  const arcs: number[] = [];
  const errors: number[] = [];
  const overlaps10: number[] = [];
  const overlaps100: number[] = [];
  let largest = 0;
  for (let walk = -WARM_UP; walk < WALKS; walk++) {
    const seeds = randomSeeds(csr.nodes, FIRST_WALK_SEED + walk);
    let started = performance.now();
    const push = walker.pageRank(seeds);
    const pushMs = performance.now() - started;
    if (walk < 0) continue;
    started = performance.now();
    const exact = pageRank(csr, seeds);
    exacts.push(performance.now() - started);
    pushes.push(pushMs);
    arcs.push(push.arcs);
    const missing = exact.scores.slice();
    for (const [index, node] of push.nodes.entries())
      missing[node] = (exact.scores[node] as number) - (push.scores[index] as number);
    largest = missing.reduce((most, difference) => Math.max(most, Math.abs(difference)), largest);
    errors.push(missing.reduce((sum, difference) => sum + Math.abs(difference), 0));
    const found = topNodes(push, 100).map(({ node }) => node);
    const wanted = topNodes(exact, 100).filter(({ score }) => score > 0);
    const nodes = wanted.map(({ node }) => node);
    overlaps10.push(overlap(nodes.slice(0, 10), found.slice(0, 10)));
    overlaps100.push(overlap(nodes, found));
    say(() => `${walk + 1} of ${WALKS} walks`);
    await nextTurn();
    throwIfAborted(signal);
  }
  const { p50ms, p95ms } = latencyOf(pushes);
  return {
    pprP50ms: p50ms,
    pprP95ms: p95ms,
    epsilon: PUSH_DEFAULTS.epsilon,
    arcsP50: Math.round(middle(arcs)),
    exactP50ms: middle(exacts),
    errorVsExact: Number(largest.toPrecision(3)),
    meanL1VsExact: Number(mean(errors).toPrecision(3)),
    top10Overlap: Math.round(mean(overlaps10) * 10_000) / 10_000,
    top100Overlap: Math.round(mean(overlaps100) * 10_000) / 10_000,
  };
}

function overlap(wanted: readonly number[], found: readonly number[]): number {
  const set = new Set(found);
  return wanted.filter((node) => set.has(node)).length / wanted.length;
}

function largestDegree({ offsets, nodes }: Csr): number {
  let most = 0;
  for (let node = 0; node < nodes; node++)
    most = Math.max(most, (offsets[node + 1] as number) - (offsets[node] as number));
  return most;
}
