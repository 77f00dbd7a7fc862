import { MinHeap } from "./heap.js";
import { idOf } from "./key.js";
import { type MemoryGraph, neighbourWeights, nodeOf, presentKey } from "./memoryGraph.js";
import type { MemoryEdge, MemoryNode } from "./schema.js";

export interface Path {
  /** From the first to the last. */
  readonly nodes: readonly MemoryNode[];
  /** Between each node and the next: every edge that joins them, the strongest first. */
  readonly steps: readonly (readonly MemoryEdge[])[];
  /** The sum of the costs of its steps. */
  readonly cost: number;
}

/**
 * How two nodes hang together: the path of the least cost, along edges whichever way they point. A step
 * costs one over the summed weight of the edges that it can take, so a strong edge is a short one, and two
 * edges between the same nodes are stronger than one, as they are to a walk.
 *
 * Dijkstra's algorithm from both ends at once, until no path can be shorter than the best one found (Pohl,
 * "Bi-directional Search", Machine Intelligence 6, 1971).
 *
 * @returns `undefined` when no path leads from one to the other.
 * @throws MemosError `NOT_FOUND` for a node that the graph does not have.
 */
export function shortestPath(graph: MemoryGraph, from: string, to: string): Path | undefined {
  const start = presentKey(graph, from);
  const end = presentKey(graph, to);
  const forward = new Front(graph, start);
  const backward = new Front(graph, end);
  let best = start === end ? { cost: 0, via: start } : { cost: Number.POSITIVE_INFINITY, via: "" };
  while (forward.least + backward.least < best.cost) {
    const [front, other] = forward.least <= backward.least ? [forward, backward] : [backward, forward];
    front.settle((reached, cost) => {
      const total = cost + other.costOf(reached);
      if (total < best.cost) best = { cost: total, via: reached };
    });
  }
  if (best.cost === Number.POSITIVE_INFINITY) return undefined;
  const keys = [...forward.wayTo(best.via).reverse(), ...backward.wayTo(best.via).slice(1)];
  return {
    nodes: keys.map((key) => nodeOf(graph, key)),
    steps: keys.slice(1).map((key, index) => edgesBetween(graph, keys[index] as string, key)),
    cost: best.cost,
  };
}

/** One of the two searches: what it reached, at what cost, and from where. */
class Front {
  readonly #graph: MemoryGraph;
  readonly #waiting = new MinHeap<string>();
  readonly #costs = new Map<string, number>();
  readonly #previous = new Map<string, string>();

  constructor(graph: MemoryGraph, start: string) {
    this.#graph = graph;
    this.#costs.set(start, 0);
    this.#waiting.push(0, start);
  }

  get least(): number {
    return this.#waiting.least;
  }

  /** The least cost found so far, or infinity. */
  costOf(id: string): number {
    return this.#costs.get(id) ?? Number.POSITIVE_INFINITY;
  }

  /** Goes on from the nearest node that is waiting, and tells which nodes it reached more cheaply. */
  settle(onReached: (id: string, cost: number) => void): void {
    const nearest = this.#waiting.pop();
    // Reached more cheaply since it was put there.
    if (nearest === undefined || nearest.key > this.costOf(nearest.value)) return;
    for (const [id, weight] of neighbourWeights(this.#graph, nearest.value)) {
      const cost = nearest.key + 1 / weight;
      if (cost >= this.costOf(id)) continue;
      this.#costs.set(id, cost);
      this.#previous.set(id, nearest.value);
      this.#waiting.push(cost, id);
      onReached(id, cost);
    }
  }

  /** From a node back to where the search began. */
  wayTo(id: string): string[] {
    const way = [id];
    for (let at = this.#previous.get(id); at !== undefined; at = this.#previous.get(at)) way.push(at);
    return way;
  }
}

function edgesBetween(graph: MemoryGraph, a: string, b: string): MemoryEdge[] {
  const edges: MemoryEdge[] = [];
  const [fewer, other] = graph.degree(a) <= graph.degree(b) ? [a, b] : [b, a];
  graph.forEachEdge(fewer, (_, attributes, source, target) => {
    if (source === other || target === other)
      edges.push({ source: idOf(source), target: idOf(target), ...attributes });
  });
  return edges.sort((x, y) => y.weight - x.weight);
}
