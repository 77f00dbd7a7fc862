import fc from "fast-check";
import type { EdgeTuple, Seed } from "../../graph/index.js";

export interface Edges {
  readonly nodes: number;
  readonly edges: EdgeTuple[];
}

const weight = fc.oneof(
  fc.constantFrom(1, 0.25, 1e-3, 1e3),
  fc.double({ min: 0.01, max: 100, noNaN: true }).map(Math.fround),
);

/** Small graphs, often with parallel edges, self-links and nodes of their own. */
export const arbitraryEdges: fc.Arbitrary<Edges> = fc.integer({ min: 1, max: 25 }).chain((nodes) => {
  const node = fc.nat({ max: nodes - 1 });
  return fc.record({
    nodes: fc.constant(nodes),
    edges: fc.array(fc.tuple(node, node, weight), { maxLength: 60 }),
  });
});

export function arbitrarySeeds(nodes: number): fc.Arbitrary<Seed[]> {
  const seed = fc.record({
    node: fc.nat({ max: nodes - 1 }),
    weight: fc.double({ min: 0.01, max: 10, noNaN: true }),
  });
  return fc.array(seed, { minLength: 1, maxLength: 6 });
}

/** A graph and where to walk it from. */
export const arbitraryWalk = arbitraryEdges.chain((graph) =>
  fc.record({ graph: fc.constant(graph), seeds: arbitrarySeeds(graph.nodes), directed: fc.boolean() }),
);
