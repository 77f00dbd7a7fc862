import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";
import type { GraphSample } from "memos";

/** Rounds of the layout: enough for a picture that can be read, and little enough not to be waited for. */
const ROUNDS = (nodes: number) => Math.max(60, Math.round(60_000 / Math.max(1, nodes) / 2));

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where each node lies. The same sample is always laid out the same. */
export function placesOf({ nodes, edges }: Pick<GraphSample, "nodes" | "edges">): ReadonlyMap<string, Place> {
  const graph = new Graph({ multi: true });
  nodes.forEach(({ id }, index) => {
    const radius = Math.sqrt(index + 1);
    graph.addNode(id, {
      x: radius * Math.cos(index * GOLDEN_ANGLE),
      y: radius * Math.sin(index * GOLDEN_ANGLE),
    });
  });
  for (const { source, target, weight } of edges) graph.addEdge(source, target, { weight });
  const settings = {
    ...forceAtlas2.inferSettings(graph),
    adjustSizes: false,
    barnesHutOptimize: nodes.length > 200,
  };
  const places = forceAtlas2(graph, { iterations: Math.min(400, ROUNDS(nodes.length)), settings });
  return new Map(Object.entries(places).map(([id, { x, y }]) => [id, { x, y }] as const));
}
