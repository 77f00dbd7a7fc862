import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  buildCsr,
  type Csr,
  pageRank,
  pushPageRank,
  type Ranking,
  topNodes,
  Walker,
} from "../../graph/index.js";
import { arbitraryWalk } from "./arbitrary.js";

const EXACT = { tolerance: 1e-14, maxIterations: 2_000 };

const epsilons = fc.constantFrom(0.3, 0.05, 1e-2, 1e-3, 1e-5);
const dampings = fc.constantFrom(0, 0.3, 0.5, 0.85);

function dense({ nodes, scores }: Ranking, size: number): Float64Array {
  const all = new Float64Array(size);
  for (const [index, node] of nodes.entries()) all[node] = scores[index] as number;
  return all;
}

/** The smallest mean weight of the arcs of any node. */
function lightestMean({ offsets, outWeights, nodes }: Csr): number {
  let least = Number.POSITIVE_INFINITY;
  for (let node = 0; node < nodes; node++) {
    const degree = (offsets[node + 1] as number) - (offsets[node] as number);
    if (degree > 0) least = Math.min(least, (outWeights[node] as number) / degree);
  }
  return least;
}

test("no score is above the exact one, and together they lack what is said", () => {
  fc.assert(
    fc.property(arbitraryWalk, epsilons, dampings, (walk, epsilon, damping) => {
      const csr = buildCsr(walk.graph.edges, { nodes: walk.graph.nodes, directed: walk.directed });
      const exact = pageRank(csr, walk.seeds, { ...EXACT, damping }).scores;
      const ranking = pushPageRank(csr, walk.seeds, { epsilon, damping });
      const scores = dense(ranking, csr.nodes);
      for (const [node, score] of scores.entries()) assert.ok(score <= (exact[node] as number) + 1e-12);
      const total = scores.reduce((sum, score) => sum + score, 0);
      assert.ok(Math.abs(1 - total - ranking.missing) < 1e-9);
      assert.equal(new Set(ranking.nodes).size, ranking.nodes.length);
    }),
    { numRuns: 300 },
  );
});

test("each score of an undirected graph is within its bound", () => {
  fc.assert(
    fc.property(arbitraryWalk, epsilons, dampings, ({ graph, seeds }, epsilon, damping) => {
      const csr = buildCsr(graph.edges, { nodes: graph.nodes });
      const exact = pageRank(csr, seeds, { ...EXACT, damping }).scores;
      const scores = dense(pushPageRank(csr, seeds, { epsilon, damping }), csr.nodes);
      const perWeight = epsilon / lightestMean(csr);
      for (const [node, score] of scores.entries()) {
        const bound = csr.outWeights[node] === 0 ? 0 : perWeight * (csr.outWeights[node] as number);
        assert.ok((exact[node] as number) - score <= bound + 1e-12);
      }
    }),
    { numRuns: 300 },
  );
});

test("no more arcs are followed than the bound says", () => {
  fc.assert(
    fc.property(arbitraryWalk, epsilons, dampings, (walk, epsilon, damping) => {
      const csr = buildCsr(walk.graph.edges, { nodes: walk.graph.nodes, directed: walk.directed });
      const { arcs } = pushPageRank(csr, walk.seeds, { epsilon, damping });
      assert.ok(arcs <= 1 / ((1 - damping) * epsilon) + 1e-6, `${arcs}`);
    }),
  );
});

test("a walker gives the same answer however often and after whatever it is asked", () => {
  const series = arbitraryWalk.chain((walk) =>
    fc.tuple(fc.constant(walk), fc.array(fc.nat({ max: walk.graph.nodes - 1 }), { maxLength: 4 })),
  );
  fc.assert(
    fc.property(series, epsilons, ([{ graph, seeds, directed }, others], epsilon) => {
      const csr = buildCsr(graph.edges, { nodes: graph.nodes, directed });
      const walker = new Walker(csr);
      const first = pushPageRank(csr, seeds, { epsilon });
      for (const node of others) {
        walker.pageRank([{ node, weight: 1 }], { epsilon: 1e-4 });
        assert.throws(() => walker.pageRank([{ node: -1, weight: 1 }]));
        assert.deepEqual(walker.pageRank(seeds, { epsilon }), first);
      }
    }),
  );
});

test("a walk does not leave the part that its seeds are in", () => {
  const csr = buildCsr(
    [
      [0, 1],
      [1, 2],
      [3, 4],
    ],
    { nodes: 6 },
  );
  assert.deepEqual([...pushPageRank(csr, [{ node: 3, weight: 1 }]).nodes].sort(), [3, 4]);
  const alone = pushPageRank(csr, [{ node: 5, weight: 2 }]);
  assert.deepEqual([[...alone.nodes], [...alone.scores], alone.missing], [[5], [1], 0]);
});

test("one node alone has all of the score", () => {
  const csr = buildCsr([[0, 0, 3]], { nodes: 1 });
  assert.deepEqual([...pageRank(csr, [{ node: 0, weight: 1 }]).scores], [1]);
  assert.deepEqual([...pushPageRank(csr, [{ node: 0, weight: 1 }]).scores], [1]);
});

test("a seed without an arc shares with the others as the exact walk does", () => {
  const csr = buildCsr([[0, 1]], { nodes: 3 });
  const seeds = [
    { node: 0, weight: 1 },
    { node: 2, weight: 3 },
  ];
  const exact = pageRank(csr, seeds, EXACT).scores;
  const scores = dense(pushPageRank(csr, seeds, { epsilon: 1e-12 }), 3);
  for (const [node, score] of scores.entries()) assert.ok(Math.abs(score - (exact[node] as number)) < 1e-9);
});

test("a hub of 50,000 leaves costs no more than epsilon allows, and hardly anything when it is far", () => {
  const leaves = 50_000;
  const edges = Array.from({ length: leaves }, (_, leaf) => [0, leaf + 1] as const);
  const csr = buildCsr(edges, { nodes: leaves + 1 });
  const walker = new Walker(csr);
  const fromLeaf = walker.pageRank([{ node: 1, weight: 1 }], { epsilon: 1e-4 });
  assert.deepEqual([...fromLeaf.nodes], [1, 0]);
  assert.equal(fromLeaf.arcs, 1);
  const fromHub = walker.pageRank([{ node: 0, weight: 1 }], { epsilon: 1e-6 });
  assert.ok(fromHub.arcs <= 2e6);
  assert.ok(Math.abs((fromHub.scores[0] as number) - 2 / 3) < 0.05);
  assert.equal(topNodes(fromHub, 1)[0]?.node, 0);
  assert.equal(walker.pageRank([{ node: 1, weight: 1 }], { epsilon: 1e-4 }).arcs, 1);
});

test("everything a walk needs is under 40 bytes an edge at five edges a node", () => {
  const nodes = 2_000;
  const edges = Array.from({ length: 5 * nodes }, (_, index) => {
    const source = index % nodes;
    return [source, (source + 1 + Math.floor(index / nodes)) % nodes] as const;
  });
  const csr = buildCsr(edges, { nodes });
  assert.equal(csr.edges, 5 * nodes);
  assert.ok(new Walker(csr).bytes <= 40 * csr.edges);
});

test("the top nodes are those of a full sort", () => {
  const scores = fc.array(fc.constantFrom(0, 0.1, 0.2, 0.5, 1), { maxLength: 40 });
  fc.assert(
    fc.property(scores, fc.nat({ max: 12 }), (scores, k) => {
      const sorted = scores
        .map((score, node) => ({ node, score }))
        .sort((a, b) => b.score - a.score || a.node - b.node);
      assert.deepEqual(topNodes({ scores }, k), sorted.slice(0, k));
      const nodes = scores.map((_, node) => node).reverse();
      assert.deepEqual(topNodes({ scores: [...scores].reverse(), nodes }, k), sorted.slice(0, k));
    }),
  );
});
