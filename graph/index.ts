export * from "./csr.js";
export { fromJson, type GraphJson, toJson } from "./export.js";
export { toGraphML } from "./graphml.js";
export { idOf, keyOf } from "./key.js";
export {
  type EdgeAttributes,
  type MemoryGraph,
  memoryGraph,
  type NodeAttributes,
  toCsr,
  type WalkableGraph,
} from "./memoryGraph.js";
export { DAMPING, PAGE_RANK_DEFAULTS, type PageRank, type PageRankOptions, pageRank } from "./pagerank.js";
export { PUSH_DEFAULTS, type PushOptions, pushPageRank, type Ranking, Walker } from "./push.js";
export {
  type EdgeKind,
  edgeKindSchema,
  isSymmetric,
  type MemoryEdge,
  type MemoryNode,
  memoryEdgeSchema,
  memoryNodeSchema,
  type NodeKind,
  nodeKindSchema,
} from "./schema.js";
export type { Seed } from "./seeds.js";
export { type Path, shortestPath } from "./shortestPath.js";
export { inducedSubgraph, type Neighbourhood, neighbourhood } from "./subgraph.js";
export { type RankedNode, topNodes } from "./topNodes.js";
