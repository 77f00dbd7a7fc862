import type { SerializedGraph } from "graphology-types";
import * as z from "zod";
import { MemosError } from "../memcube/index.js";
import { idOf } from "./key.js";
import {
  addEdge,
  addNode,
  type EdgeAttributes,
  emptyGraph,
  type MemoryGraph,
  type NodeAttributes,
} from "./memoryGraph.js";
import { checked, isSymmetric, memoryEdgeSchema, memoryNodeSchema } from "./schema.js";

const graphJsonSchema = z.strictObject({
  options: z.strictObject({
    type: z.literal("mixed"),
    multi: z.literal(true),
    allowSelfLoops: z.boolean(),
  }),
  attributes: z.record(z.string(), z.unknown()),
  nodes: z.array(
    z.strictObject({ key: memoryNodeSchema.shape.id, attributes: memoryNodeSchema.omit({ id: true }) }),
  ),
  edges: z.array(
    z.strictObject({
      key: z.string(),
      source: memoryEdgeSchema.shape.source,
      target: memoryEdgeSchema.shape.target,
      attributes: memoryEdgeSchema.omit({ source: true, target: true }),
      undirected: z.boolean().optional(),
    }),
  ),
});

/** A memory graph in the serialised form of graphology, which its other tools read. */
export type GraphJson = SerializedGraph<NodeAttributes, EdgeAttributes>;

/** The graph as plain data; `fromJson` makes the same graph of it, after `JSON` too. */
export function toJson(graph: MemoryGraph): GraphJson {
  return graph.export();
}

/**
 * The graph that `toJson` wrote.
 *
 * @throws MemosError `INVALID_INPUT` for anything else: unknown fields, keys that come twice, edges without
 * their nodes, or of a direction that their kind does not have.
 */
export function fromJson(value: unknown): MemoryGraph {
  const json = checked(graphJsonSchema, value, "");
  const graph = emptyGraph();
  for (const [index, { key, attributes }] of json.nodes.entries())
    addNode(graph, { id: idOf(key), ...attributes }, `nodes.${index}`);
  for (const [index, { key, source, target, attributes, undirected = false }] of json.edges.entries()) {
    const path = `edges.${index}`;
    if (graph.hasEdge(key)) throw new MemosError("INVALID_INPUT", `${path}: the key comes twice`, { path });
    if (undirected !== isSymmetric(attributes.kind))
      throw new MemosError("INVALID_INPUT", `${path}: its direction is not that of its kind`, { path });
    addEdge(graph, key, { source: idOf(source), target: idOf(target), ...attributes }, path);
  }
  return graph;
}
