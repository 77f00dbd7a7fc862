import { MemosError } from "../memcube/index.js";
import { emptyGraph, type MemoryGraph, neighbourWeights, presentKey } from "./memoryGraph.js";

export interface Neighbourhood {
  /** The node, those around it, nearest first, and every edge between any two of them. */
  readonly graph: MemoryGraph;
  /** Whether everything within the hops is there: `false` when the limit cut it short. */
  readonly complete: boolean;
}

/**
 * What surrounds a node: breadth first up to `hops` edges away, at most `limit` nodes with itself. Where
 * the limit cuts a ring, the nodes stay that hang most strongly on what is nearer (then by id).
 *
 * @throws MemosError `NOT_FOUND` for an unknown node, `INVALID_INPUT` for hops that are not a whole number
 * from 0 and a limit that is not one from 1.
 */
export function neighbourhood(graph: MemoryGraph, id: string, hops: number, limit: number): Neighbourhood {
  const start = presentKey(graph, id);
  if (!Number.isInteger(hops) || hops < 0)
    throw new MemosError("INVALID_INPUT", "hops is a whole number from 0", { path: "hops" });
  if (!Number.isInteger(limit) || limit < 1)
    throw new MemosError("INVALID_INPUT", "limit is a whole number from 1", { path: "limit" });
  const chosen = new Set([start]);
  let ring = [start];
  let complete = true;
  for (let hop = 0; hop < hops && ring.length > 0 && complete; hop++) {
    const found = nextRing(graph, ring, chosen);
    ring = found.slice(0, limit - chosen.size);
    complete = ring.length === found.length;
    for (const node of ring) chosen.add(node);
  }
  return { graph: induced(graph, chosen), complete };
}

/** Nodes one hop further out, those that hang on the ring most strongly first. */
function nextRing(graph: MemoryGraph, ring: readonly string[], inside: ReadonlySet<string>): string[] {
  const strengths = new Map<string, number>();
  for (const node of ring) {
    for (const [other, weight] of neighbourWeights(graph, node))
      if (!inside.has(other)) strengths.set(other, (strengths.get(other) ?? 0) + weight);
  }
  return [...strengths].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([node]) => node);
}

/**
 * The nodes of these ids, in their order, and all edges between them: to show what a walk ranked highest.
 *
 * @throws MemosError `NOT_FOUND` for an unknown node.
 */
export function inducedSubgraph(graph: MemoryGraph, ids: Iterable<string>): MemoryGraph {
  return induced(graph, new Set(Array.from(ids, (id) => presentKey(graph, id))));
}

function induced(graph: MemoryGraph, keys: ReadonlySet<string>): MemoryGraph {
  const part = emptyGraph();
  for (const key of keys) part.addNode(key, graph.getNodeAttributes(key));
  for (const key of keys) {
    graph.forEachEdge(key, (edge, attributes, source, target, _from, _to, undirected) => {
      if (!keys.has(source) || !keys.has(target) || part.hasEdge(edge)) return;
      if (undirected) part.addUndirectedEdgeWithKey(edge, source, target, attributes);
      else part.addDirectedEdgeWithKey(edge, source, target, attributes);
    });
  }
  return part;
}
