import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { UndirectedGraph } from "graphology";
import { bidirectional } from "graphology-shortest-path/dijkstra.js";
import { type MemoryEdge, type MemoryNode, memoryGraph, shortestPath } from "../../graph/index.js";
import { isMemosError } from "../../memcube/index.js";
import { arbitraryEdges } from "./arbitrary.js";

const node = (id: string): MemoryNode => ({ id, kind: "entity", label: id });
const edge = (
  source: string,
  target: string,
  weight = 1,
  kind: MemoryEdge["kind"] = "mentions",
): MemoryEdge => ({
  source,
  target,
  kind,
  weight,
  by: "caller",
});

test("a detour over strong edges is shorter than a weak one", () => {
  const graph = memoryGraph(["a", "b", "c"].map(node), [
    edge("a", "c", 0.25),
    edge("b", "a", 1),
    edge("c", "b", 2),
  ]);
  const path = shortestPath(graph, "a", "c");
  assert.deepEqual(
    path?.nodes.map(({ id }) => id),
    ["a", "b", "c"],
  );
  assert.deepEqual(path?.steps, [[edge("b", "a", 1)], [edge("c", "b", 2)]]);
  assert.equal(path?.cost, 1.5);
});

test("several edges between two nodes are stronger than each, and all are told", () => {
  const graph = memoryGraph(["a", "b"].map(node), [
    edge("a", "b", 1),
    edge("b", "a", 3, "link"),
    edge("a", "a", 9),
  ]);
  const path = shortestPath(graph, "a", "b");
  assert.deepEqual(path?.steps, [[edge("b", "a", 3, "link"), edge("a", "b", 1)]]);
  assert.equal(path?.cost, 0.25);
});

test("a node reaches itself without a step, and another part not at all", () => {
  const graph = memoryGraph(["a", "b", "constructor"].map(node), [edge("a", "constructor")]);
  assert.deepEqual(shortestPath(graph, "b", "b"), { nodes: [node("b")], steps: [], cost: 0 });
  assert.equal(shortestPath(graph, "a", "b"), undefined);
  assert.equal(shortestPath(graph, "constructor", "a")?.cost, 1);
  assert.throws(
    () => shortestPath(graph, "a", "toString"),
    (error) => isMemosError(error, "NOT_FOUND"),
  );
});

test("paths cost what those of graphology-shortest-path cost", () => {
  const queries = arbitraryEdges.chain((graph) =>
    fc.tuple(fc.constant(graph), fc.nat({ max: graph.nodes - 1 }), fc.nat({ max: graph.nodes - 1 })),
  );
  fc.assert(
    fc.property(queries, ([{ nodes, edges }, from, to]) => {
      const ids = Array.from({ length: nodes }, (_, index) => `n${index}`);
      const reference = new UndirectedGraph<Record<string, never>, { cost: number; weight: number }>();
      for (const id of ids) reference.addNode(id);
      for (const [source, target, weight = 1] of edges) {
        reference.updateEdge(`n${source}`, `n${target}`, ({ weight: before = 0 }) => ({
          weight: before + weight,
          cost: 1 / (before + weight),
        }));
      }
      const expected = bidirectional(reference, `n${from}`, `n${to}`, "cost") as string[] | null;
      const memory = memoryGraph(
        ids.map(node),
        edges.map(([source, target, weight]) => edge(`n${source}`, `n${target}`, weight)),
      );
      const path = shortestPath(memory, `n${from}`, `n${to}`);
      if (expected === null) return assert.equal(path, undefined);
      const cost = expected
        .slice(1)
        .reduce((sum, id, index) => sum + reference.getEdgeAttribute(expected[index], id, "cost"), 0);
      assert.ok(path !== undefined && Math.abs(path.cost - cost) <= 1e-9 * cost);
      const told = path.steps.reduce(
        (sum, step) => sum + 1 / step.reduce((all, { weight }) => all + weight, 0),
        0,
      );
      assert.ok(Math.abs(path.cost - told) <= 1e-9 * cost);
      assert.equal(path.nodes.length, path.steps.length + 1);
    }),
    { numRuns: 300 },
  );
});
