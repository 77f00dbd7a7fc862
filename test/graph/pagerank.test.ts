import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MultiGraph } from "graphology";
import centrality from "graphology-metrics/centrality/index.js";
import { buildCsr, type EdgeTuple, pageRank, pushPageRank, type Seed } from "../../graph/index.js";
import { isMemosError } from "../../memcube/index.js";
import { arbitraryEdges, arbitrarySeeds, arbitraryWalk } from "./arbitrary.js";

const EXACT = { tolerance: 1e-14, maxIterations: 2_000 };

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}

function near(actual: number, expected: number, within = 1e-9, message?: string): void {
  assert.ok(Math.abs(actual - expected) <= within, message ?? `${actual} is not ${expected}`);
}

test("scores sum to 1 whatever the graph, the seeds and the damping", () => {
  fc.assert(
    fc.property(arbitraryWalk, fc.double({ min: 0, max: 0.95, noNaN: true }), (walk, damping) => {
      const csr = buildCsr(walk.graph.edges, { nodes: walk.graph.nodes, directed: walk.directed });
      near(sum(pageRank(csr, walk.seeds, { damping }).scores), 1);
    }),
  );
});

test("a walk from every node alike is the PageRank of graphology-metrics", () => {
  fc.assert(
    fc.property(arbitraryEdges, fc.boolean(), ({ nodes, edges }, directed) => {
      const reference = new MultiGraph<Record<string, never>, { weight: number }>();
      for (let node = 0; node < nodes; node++) reference.addNode(`${node}`);
      for (const [source, target, weight = 1] of edges) {
        // There a self-link keeps the walk, here it is none.
        if (source === target) continue;
        if (directed) reference.addDirectedEdge(`${source}`, `${target}`, { weight });
        else reference.addUndirectedEdge(`${source}`, `${target}`, { weight });
      }
      const expected = centrality.pagerank(reference, {
        getEdgeWeight: "weight",
        alpha: 0.85,
        tolerance: 1e-13,
        maxIterations: 2_000,
      });
      const everywhere = Array.from({ length: nodes }, (_, node) => ({ node, weight: 1 }));
      const csr = buildCsr(edges, { nodes, directed });
      const { scores } = pageRank(csr, everywhere, { ...EXACT, damping: 0.85 });
      for (let node = 0; node < nodes; node++) near(scores[node] as number, expected[node] as number, 1e-6);
    }),
  );
});

test("the scores solve their equation", () => {
  fc.assert(
    fc.property(arbitraryWalk, ({ graph: { nodes, edges }, seeds, directed }) => {
      const csr = buildCsr(edges, { nodes, directed });
      const { scores } = pageRank(csr, seeds, EXACT);
      const total = sum(seeds.map(({ weight }) => weight));
      const next = new Float64Array(nodes);
      let restarting = 0.5;
      for (let node = 0; node < nodes; node++) {
        const [from, to] = [csr.offsets[node] as number, csr.offsets[node + 1] as number];
        const score = scores[node] as number;
        if (from === to) restarting += 0.5 * score;
        for (let arc = from; arc < to; arc++)
          (next[csr.targets[arc] as number] as number) +=
            (0.5 * score * (csr.weights[arc] as number)) / (csr.outWeights[node] as number);
      }
      for (const { node, weight } of seeds) (next[node] as number) += (restarting * weight) / total;
      for (let node = 0; node < nodes; node++) near(scores[node] as number, next[node] as number);
    }),
  );
});

test("a walk from a mixture of seeds is the mixture of the walks", () => {
  const mixtures = arbitraryEdges.chain((graph) =>
    fc.tuple(
      fc.constant(graph),
      arbitrarySeeds(graph.nodes),
      arbitrarySeeds(graph.nodes),
      fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    ),
  );
  fc.assert(
    fc.property(mixtures, ([{ nodes, edges }, first, second, share]) => {
      // A ring through all nodes: a lone node would send its walk to the seeds, which differ.
      const ring = Array.from({ length: nodes }, (_, node): EdgeTuple => [node, (node + 1) % nodes, 0.1]);
      const csr = buildCsr([...edges, ...ring], { nodes });
      const scaled = (seeds: Seed[], part: number) => {
        const total = sum(seeds.map(({ weight }) => weight));
        return seeds.map(({ node, weight }) => ({ node, weight: (part * weight) / total }));
      };
      const mixed = pageRank(csr, [...scaled(first, share), ...scaled(second, 1 - share)], EXACT).scores;
      const a = pageRank(csr, first, EXACT).scores;
      const b = pageRank(csr, second, EXACT).scores;
      for (let node = 0; node < nodes; node++)
        near(mixed[node] as number, share * (a[node] as number) + (1 - share) * (b[node] as number));
    }),
  );
});

test("only the proportions of edge weights and of seed weights count", () => {
  fc.assert(
    fc.property(arbitraryWalk, ({ graph: { nodes, edges }, seeds }) => {
      // By powers of two, which change no digit.
      const heavier = edges.map(([source, target, weight = 1]): EdgeTuple => [source, target, weight * 1024]);
      const rarer = seeds.map(({ node, weight }) => ({ node, weight: weight / 1024 }));
      const plain = buildCsr(edges, { nodes });
      assert.deepEqual(pageRank(buildCsr(heavier, { nodes }), rarer), pageRank(plain, seeds));
      assert.deepEqual(pushPageRank(buildCsr(heavier, { nodes }), rarer), pushPageRank(plain, seeds));
    }),
  );
});

test("the iteration says how far from the exact scores it stopped", () => {
  fc.assert(
    fc.property(arbitraryWalk, fc.integer({ min: 1, max: 10 }), (walk, maxIterations) => {
      const csr = buildCsr(walk.graph.edges, { nodes: walk.graph.nodes, directed: walk.directed });
      const exact = pageRank(csr, walk.seeds, EXACT).scores;
      const early = pageRank(csr, walk.seeds, { damping: 0.5, maxIterations });
      const error = sum(early.scores.map((score, node) => Math.abs(score - (exact[node] as number))));
      assert.ok(early.iterations <= maxIterations);
      assert.ok(error <= early.change + 1e-9, `${error} > ${early.change}`);
    }),
  );
});

test("no seeds, or seeds without weight, give no ranking", () => {
  const csr = buildCsr([[0, 1]], { nodes: 3 });
  for (const seeds of [[], [{ node: 1, weight: 0 }]]) {
    assert.deepEqual([...pageRank(csr, seeds).scores], [0, 0, 0]);
    assert.equal(pushPageRank(csr, seeds).nodes.length, 0);
  }
  const empty = buildCsr([], { nodes: 0 });
  assert.equal(pageRank(empty, []).scores.length, 0);
  assert.equal(pushPageRank(empty, []).scores.length, 0);
});

test("seeds and options that cannot be are refused and named", () => {
  const csr = buildCsr([[0, 1]], { nodes: 2 });
  const refused = (path: string) => (error: unknown) =>
    isMemosError(error, "INVALID_INPUT") && error.path === path;
  for (const walk of [pageRank, pushPageRank]) {
    for (const node of [-1, 2, 0.5, Number.NaN])
      assert.throws(() => walk(csr, [{ node, weight: 1 }]), refused("seeds.0.node"));
    for (const weight of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => walk(csr, [{ node: 0, weight }]), refused("seeds.0.weight"));
    for (const damping of [-0.1, 1, Number.NaN])
      assert.throws(() => walk(csr, [{ node: 0, weight: 1 }], { damping }), refused("damping"));
  }
  assert.throws(() => pageRank(csr, [], { tolerance: -1 }), refused("tolerance"));
  assert.throws(() => pageRank(csr, [], { maxIterations: 0 }), refused("maxIterations"));
  for (const epsilon of [0, 2, Number.NaN])
    assert.throws(() => pushPageRank(csr, [], { epsilon }), refused("epsilon"));
});

test("seed weights of any size do not overflow", () => {
  const csr = buildCsr([[0, 1]], { nodes: 2 });
  const huge = [0, 1].map((node) => ({ node, weight: Number.MAX_VALUE }));
  const tiny = [0, 1].map((node) => ({ node, weight: Number.MIN_VALUE }));
  for (const seeds of [huge, tiny]) assert.deepEqual([...pageRank(csr, seeds).scores], [0.5, 0.5]);
});
