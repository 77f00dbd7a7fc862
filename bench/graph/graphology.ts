import { setImmediate as nextTurn } from "node:timers/promises";
import { UndirectedGraph } from "graphology";
import centrality from "graphology-metrics/centrality/index.js";
import { hundredths } from "../../eval/metrics/index.js";
import { buildCsr, PAGE_RANK_DEFAULTS, pageRank, Walker } from "../../graph/index.js";
import { throwIfAborted } from "../../memos/aborted.js";
import { middle, timed } from "../latency.js";
import { randomSeeds, scaleFreeGraph } from "./scaleFree.js";

const RUNS = 7;
const GRAPH_SEED = 2;

export interface GraphologyFigures {
  readonly nodes: number;
  readonly edges: number;
  /** PageRank of graphology-metrics, every node a seed, which is all it can do. */
  readonly graphologyP50ms: number;
  /** The same scores by `pageRank`, to the same tolerance. */
  readonly exactP50ms: number;
  /** Personalized, by push, on the same graph. */
  readonly pprP50ms: number;
  /** `exactP50ms` and `pprP50ms` against `graphologyP50ms`. */
  readonly exactRatio: number;
  readonly pprRatio: number;
}

/** Measures the PageRank of graphology and ours on one graph, in turns. */
export async function measureGraphology(
  nodes: number,
  edges: number,
  signal: AbortSignal | undefined,
): Promise<GraphologyFigures> {
  const { sources, targets, weights } = scaleFreeGraph(nodes, edges, GRAPH_SEED);
  const graph = new UndirectedGraph<Record<string, never>, { weight: number }>();
  for (let node = 0; node < nodes; node++) graph.addNode(node);
  for (let edge = 0; edge < sources.length; edge++)
    graph.addUndirectedEdge(sources[edge], targets[edge], { weight: weights[edge] as number });
  const csr = buildCsr({ sources, targets, weights }, { nodes });
  const walker = new Walker(csr);
  const everywhere = Array.from({ length: nodes }, (_, node) => ({ node, weight: 1 }));
  const { damping, tolerance, maxIterations } = PAGE_RANK_DEFAULTS;
  // Its tolerance is for each node, ours for all together.
  const theirs = {
    getEdgeWeight: "weight" as const,
    alpha: damping,
    tolerance: tolerance / nodes,
    maxIterations,
  };
  const graphology: number[] = [];
  const exact: number[] = [];
  const push: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    throwIfAborted(signal);
    graphology.push(await timed(() => centrality.pagerank(graph, theirs)));
    exact.push(await timed(() => pageRank(csr, everywhere)));
    push.push(await timed(() => walker.pageRank(randomSeeds(nodes, run))));
    await nextTurn();
  }
  const [graphologyP50ms, exactP50ms, pprP50ms] = [middle(graphology), middle(exact), middle(push)];
  return {
    nodes,
    edges: csr.edges,
    graphologyP50ms,
    exactP50ms,
    pprP50ms,
    exactRatio: hundredths(exactP50ms / graphologyP50ms),
    pprRatio: hundredths(pprP50ms / graphologyP50ms),
  };
}
