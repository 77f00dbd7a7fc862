import { MultiGraph } from "graphology";
import { MemosError } from "../memcube/index.js";
import { buildCsr, type Csr } from "./csr.js";
import { idOf, keyOf } from "./key.js";
import {
  checked,
  isSymmetric,
  type MemoryEdge,
  type MemoryNode,
  memoryEdgeSchema,
  memoryNodeSchema,
} from "./schema.js";

export type NodeAttributes = Omit<MemoryNode, "id">;
export type EdgeAttributes = Omit<MemoryEdge, "source" | "target">;

/**
 * A graph of cubes, entities and facts in graphology, with any number of edges between two nodes. Edges of
 * a kind that says the same both ways (`link`, `synonym`) are undirected, the others directed. The
 * direction is there to be read: walks, paths and neighbourhoods go along an edge both ways. The key of a
 * node is `keyOf` its id.
 */
export type MemoryGraph = MultiGraph<NodeAttributes, EdgeAttributes>;

/**
 * Builds a graph of nodes and the edges between them. Edges get the keys `e0`, `e1` and so on, in order.
 *
 * @throws MemosError `INVALID_INPUT` for a node or an edge that its schema refuses, a node id that comes
 * twice, and an edge that names a node which is not there.
 */
export function memoryGraph(nodes: Iterable<MemoryNode>, edges: Iterable<MemoryEdge>): MemoryGraph {
  const graph = emptyGraph();
  let count = 0;
  for (const node of nodes) addNode(graph, node, `nodes.${count++}`);
  count = 0;
  for (const edge of edges) addEdge(graph, `e${count}`, edge, `edges.${count++}`);
  return graph;
}

export function emptyGraph(): MemoryGraph {
  return new MultiGraph<NodeAttributes, EdgeAttributes>();
}

/** Adds a node. @throws MemosError `INVALID_INPUT` at `path` as `memoryGraph` does. */
export function addNode(graph: MemoryGraph, node: MemoryNode, path: string): void {
  const { id, ...attributes } = checked(memoryNodeSchema, node, path);
  const key = keyOf(id);
  if (graph.hasNode(key)) throw new MemosError("INVALID_INPUT", `${path}: the id comes twice`, { path });
  graph.addNode(key, attributes);
}

/** Adds an edge. @throws MemosError `INVALID_INPUT` at `path` as `memoryGraph` does. */
export function addEdge(graph: MemoryGraph, key: string, edge: MemoryEdge, path: string): void {
  const { source: from, target: to, ...attributes } = checked(memoryEdgeSchema, edge, path);
  const [source, target] = [keyOf(from), keyOf(to)];
  if (!graph.hasNode(source) || !graph.hasNode(target))
    throw new MemosError("INVALID_INPUT", `${path}: one of its nodes is not in the graph`, { path });
  if (isSymmetric(attributes.kind)) graph.addUndirectedEdgeWithKey(key, source, target, attributes);
  else graph.addDirectedEdgeWithKey(key, source, target, attributes);
}

/** The key of a node of the graph. @throws MemosError `NOT_FOUND` when it has none of this id. */
export function presentKey(graph: MemoryGraph, id: string): string {
  const key = keyOf(id);
  if (!graph.hasNode(key)) throw new MemosError("NOT_FOUND", "The graph has no node of this id.");
  return key;
}

/** The node of a key, as it was given to `memoryGraph`. */
export function nodeOf(graph: MemoryGraph, key: string): MemoryNode {
  return { id: idOf(key), ...graph.getNodeAttributes(key) };
}

/** The neighbours of a node by key, whichever way its edges point, with the summed weight of these. */
export function neighbourWeights(graph: MemoryGraph, key: string): Map<string, number> {
  const weights = new Map<string, number>();
  graph.forEachEdge(key, (_, { weight }, source, target) => {
    if (source === target) return;
    const other = source === key ? target : source;
    weights.set(other, (weights.get(other) ?? 0) + weight);
  });
  return weights;
}

/** A memory graph in the form that is walked. */
export interface WalkableGraph {
  readonly csr: Csr;
  /** The id of each node of the rows. */
  readonly ids: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
}

/**
 * The rows to walk a memory graph by, both ways along each edge.
 *
 * @param weigh what an edge weighs in this walk; 0 leaves it out, so that a walk can keep to some kinds of
 * edges, or to those valid at a time. Its own weight unless said otherwise.
 */
export function toCsr(
  graph: MemoryGraph,
  weigh: (edge: EdgeAttributes) => number = ({ weight }) => weight,
): WalkableGraph {
  const ids = graph.nodes().map(idOf);
  const numbers = new Map(ids.map((id, number) => [id, number]));
  const sources = new Uint32Array(graph.size);
  const targets = new Uint32Array(graph.size);
  const weights = new Float64Array(graph.size);
  let at = 0;
  graph.forEachEdge((_, attributes, source, target) => {
    sources[at] = numbers.get(idOf(source)) as number;
    targets[at] = numbers.get(idOf(target)) as number;
    weights[at++] = weigh(attributes);
  });
  return { csr: buildCsr({ sources, targets, weights }, { nodes: ids.length }), ids, numbers };
}
