import { z } from "zod";
import { MemosError } from "../memcube/index.js";
import { addEdge, addNode, emptyGraph, type MemoryGraph } from "./memoryGraph.js";
import { checked, isSymmetric, memoryEdgeSchema, memoryNodeSchema } from "./schema.js";

/** A memory graph in the serialised form of graphology, which its other tools read. */
export const graphJsonSchema = z.strictObject({
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

export type GraphJson = z.infer<typeof graphJsonSchema>;

/** The graph as plain data; `fromJson` makes the same graph of it, after `JSON` too. */
export function toJson(graph: MemoryGraph): GraphJson {
  return checked(graphJsonSchema, graph.export(), "");
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
    addNode(graph, { id: key, ...attributes }, `nodes.${index}`);
  for (const [index, { key, source, target, attributes, undirected = false }] of json.edges.entries()) {
    const path = `edges.${index}`;
    if (graph.hasEdge(key)) throw new MemosError("INVALID_INPUT", `${path}: the key comes twice`, { path });
    if (undirected !== isSymmetric(attributes.kind))
      throw new MemosError("INVALID_INPUT", `${path}: its direction is not that of its kind`, { path });
    addEdge(graph, key, { source, target, ...attributes }, path);
  }
  return graph;
}
