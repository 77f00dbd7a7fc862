import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildCsr, buildCsrInSlices, type Csr, MAX_EDGE_WEIGHT } from "../../graph/index.js";
import { isMemosError } from "../../memcube/index.js";
import { arbitraryEdges, type Edges } from "./arbitrary.js";

/** What the rows say, arc by arc. */
function arcsOf(csr: Csr): Map<string, number> {
  const arcs = new Map<string, number>();
  for (let node = 0; node < csr.nodes; node++) {
    for (let arc = csr.offsets[node] as number; arc < (csr.offsets[node + 1] as number); arc++)
      arcs.set(`${node}>${csr.targets[arc]}`, csr.weights[arc] as number);
  }
  return arcs;
}

/** The same by adding up in a map. */
function expectedArcs({ edges }: Edges, directed: boolean): Map<string, number> {
  const arcs = new Map<string, number>();
  const add = (arc: string, weight: number) => arcs.set(arc, (arcs.get(arc) ?? 0) + weight);
  for (const [source, target, weight = 1] of edges) {
    if (source === target) continue;
    add(`${source}>${target}`, weight);
    if (!directed) add(`${target}>${source}`, weight);
  }
  return arcs;
}

test("the rows hold the edges, parallel ones added up and self-links left out", () => {
  fc.assert(
    fc.property(arbitraryEdges, fc.boolean(), (graph, directed) => {
      const csr = buildCsr(graph.edges, { nodes: graph.nodes, directed });
      const arcs = arcsOf(csr);
      const expected = expectedArcs(graph, directed);
      assert.deepEqual([...arcs.keys()].sort(), [...expected.keys()].sort());
      for (const [arc, weight] of expected) assert.equal(arcs.get(arc), Math.fround(weight));
      assert.equal(csr.edges, directed ? arcs.size : arcs.size / 2);
      assert.equal(csr.dropped, graph.edges.filter(([source, target]) => source === target).length);
      assert.equal(csr.targets.length, csr.offsets[csr.nodes]);
    }),
  );
});

test("each row is ascending and adds up to the weight of its node", () => {
  fc.assert(
    fc.property(arbitraryEdges, fc.boolean(), ({ nodes, edges }, directed) => {
      const csr = buildCsr(edges, { nodes, directed });
      for (let node = 0; node < nodes; node++) {
        const [from, to] = [csr.offsets[node] as number, csr.offsets[node + 1] as number];
        const row = [...csr.targets.subarray(from, to)];
        assert.deepEqual(
          row,
          [...new Set(row)].sort((a, b) => a - b),
        );
        const sum = csr.weights.subarray(from, to).reduce((total, weight) => total + weight, 0);
        assert.equal(csr.outWeights[node], sum);
      }
    }),
  );
});

test("an undirected graph weighs the same in both directions", () => {
  fc.assert(
    fc.property(arbitraryEdges, ({ nodes, edges }) => {
      const arcs = arcsOf(buildCsr(edges, { nodes }));
      for (const [arc, weight] of arcs) assert.equal(arcs.get(arc.split(">").reverse().join(">")), weight);
    }),
  );
});

test("columns, an iterable and a build in slices give the same rows", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryEdges, fc.boolean(), async ({ nodes, edges }, directed) => {
      const columns = {
        sources: Uint32Array.from(edges, ([source]) => source),
        targets: Uint32Array.from(edges, ([, target]) => target),
        weights: Float32Array.from(edges, ([, , weight = 1]) => weight),
      };
      const csr = buildCsr(new Set(edges), { nodes, directed });
      assert.deepEqual(buildCsr(columns, { nodes, directed }), csr);
      assert.deepEqual(await buildCsrInSlices(columns, { nodes, directed }), csr);
    }),
  );
});

test("edges weigh 1 unless said otherwise, and an edge of weight zero is none", () => {
  const { sources, targets } = { sources: [0, 1], targets: [1, 2] };
  assert.deepEqual([...buildCsr({ sources, targets }, { nodes: 3 }).outWeights], [1, 2, 1]);
  const csr = buildCsr(
    [
      [0, 1, 0],
      [1, 2],
      [0, 2, 1e-60],
    ],
    { nodes: 3 },
  );
  assert.equal(csr.edges, 1);
  assert.equal(csr.dropped, 2);
});

test("an edge that cannot be is refused and named", () => {
  for (const edge of [
    [0, 3],
    [-1, 0],
    [0.5, 1],
    [Number.NaN, 1],
    [0, 1, -1],
    [0, 1, Number.NaN],
    [0, 1, Number.POSITIVE_INFINITY],
    [0, 1, MAX_EDGE_WEIGHT * 2],
  ] as const)
    assert.throws(
      () => buildCsr([[0, 1], edge], { nodes: 3 }),
      (error) => isMemosError(error, "INVALID_INPUT") && error.path === "edges.1",
    );
  for (const nodes of [-1, 0.5, Number.NaN, 2 ** 32])
    assert.throws(
      () => buildCsr([], { nodes }),
      (error) => isMemosError(error, "INVALID_INPUT"),
    );
  const uneven = { sources: [0], targets: [1, 2] };
  assert.throws(
    () => buildCsr(uneven, { nodes: 3 }),
    (error) => isMemosError(error, "INVALID_INPUT"),
  );
});

test("no number of heavy parallel edges overflows", () => {
  const heavy = Array.from({ length: 1_000 }, () => [0, 1, MAX_EDGE_WEIGHT] as const);
  assert.ok(Number.isFinite(buildCsr(heavy, { nodes: 2 }).weights[0]));
});

test("an empty graph and one of lone nodes have rows without arcs", () => {
  assert.deepEqual([...buildCsr([], { nodes: 0 }).offsets], [0]);
  const lone = buildCsr([[1, 1]], { nodes: 2 });
  assert.deepEqual([...lone.offsets], [0, 0, 0]);
  assert.equal(lone.targets.buffer.byteLength, 0);
});

test("a build in slices lets other work in between, and stops when it is told to", async () => {
  const count = 300_000;
  const columns = {
    sources: Uint32Array.from({ length: count }, (_, index) => (index * 7919) % 50_000),
    targets: Uint32Array.from({ length: count }, (_, index) => (index * 104_729) % 49_999),
  };
  let turns = 0;
  const ticking = setInterval(() => turns++, 0);
  await buildCsrInSlices(columns, { nodes: 50_000 });
  clearInterval(ticking);
  assert.ok(turns > 1, `${turns} turns`);
  await assert.rejects(buildCsrInSlices(columns, { nodes: 50_000 }, AbortSignal.abort()), (error) =>
    isMemosError(error, "ABORTED"),
  );
});
