import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  inducedSubgraph,
  type MemoryEdge,
  type MemoryNode,
  memoryGraph,
  neighbourhood,
} from "../../graph/index.js";
import { isMemosError } from "../../memcube/index.js";
import { arbitraryEdges } from "./arbitrary.js";

const node = (id: string): MemoryNode => ({ id, kind: "cube", label: id });
const edge = (source: string, target: string, weight = 1): MemoryEdge => ({
  source,
  target,
  kind: "supports",
  weight,
  by: "model",
});

const chain = memoryGraph(["a", "b", "c", "d"].map(node), [edge("a", "b"), edge("c", "b"), edge("c", "d")]);

test("a neighbourhood goes as far as its hops, whichever way edges point", () => {
  for (const [hops, expected] of [
    [0, ["a"]],
    [1, ["a", "b"]],
    [2, ["a", "b", "c"]],
    [9, ["a", "b", "c", "d"]],
  ] as const) {
    const { graph, complete } = neighbourhood(chain, "a", hops, 100);
    assert.deepEqual(graph.nodes(), expected);
    assert.equal(graph.size, expected.length - 1);
    assert.ok(complete);
  }
});

test("the limit keeps what is near and hangs on strongly, and says that it cut", () => {
  const star = memoryGraph(["hub", "weak", "strong", "twice", "beyond"].map(node), [
    edge("hub", "weak", 1),
    edge("strong", "hub", 5),
    edge("hub", "twice", 2),
    edge("twice", "hub", 2),
    edge("strong", "beyond", 100),
  ]);
  const { graph, complete } = neighbourhood(star, "hub", 2, 3);
  assert.deepEqual(graph.nodes(), ["hub", "strong", "twice"]);
  assert.equal(graph.size, 3);
  assert.equal(complete, false);
});

test("every edge between the nodes of a neighbourhood is in it, unchanged, and no other", () => {
  fc.assert(
    fc.property(arbitraryEdges, fc.nat({ max: 3 }), fc.integer({ min: 1, max: 10 }), (made, hops, limit) => {
      const ids = Array.from({ length: made.nodes }, (_, index) => `n${index}`);
      const whole = memoryGraph(
        ids.map(node),
        made.edges.map(([source, target, weight]) => edge(`n${source}`, `n${target}`, weight)),
      );
      const { graph } = neighbourhood(whole, "n0", hops, limit);
      assert.ok(graph.order <= limit);
      const inside = whole.filterEdges(
        (_, __, source, target) => graph.hasNode(source) && graph.hasNode(target),
      );
      assert.deepEqual(graph.edges().sort(), inside.sort());
      for (const key of inside) {
        assert.deepEqual(graph.getEdgeAttributes(key), whole.getEdgeAttributes(key));
        assert.deepEqual(graph.extremities(key), whole.extremities(key));
      }
    }),
  );
});

test("an unknown node and limits that cannot be are refused", () => {
  assert.throws(
    () => neighbourhood(chain, "z", 1, 1),
    (error) => isMemosError(error, "NOT_FOUND"),
  );
  for (const [hops, limit] of [
    [-1, 5],
    [0.5, 5],
    [1, 0],
    [1, Number.NaN],
  ] as const)
    assert.throws(
      () => neighbourhood(chain, "a", hops, limit),
      (error) => isMemosError(error, "INVALID_INPUT"),
    );
});

test("a part of a graph holds the chosen nodes and only what joins them", () => {
  const part = inducedSubgraph(chain, ["d", "c", "a"]);
  assert.deepEqual(part.nodes(), ["d", "c", "a"]);
  assert.deepEqual(part.edges(), ["e2"]);
  assert.throws(
    () => inducedSubgraph(chain, ["z"]),
    (error) => isMemosError(error, "NOT_FOUND"),
  );
});
