import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  fromJson,
  idOf,
  keyOf,
  type MemoryEdge,
  type MemoryNode,
  memoryGraph,
  neighbourhood,
  shortestPath,
  toCsr,
  toJson,
} from "../../graph/index.js";
import { isMemosError } from "../../memcube/index.js";

const node = (id: string): MemoryNode => ({ id, kind: "cube", label: `what ${id} says` });
const edge = (source: string, target: string, more: Partial<MemoryEdge> = {}): MemoryEdge => ({
  source,
  target,
  kind: "mentions",
  weight: 1,
  by: "rule",
  ...more,
});

test("a graph holds the nodes and edges as they were given, several between the same two", () => {
  const graph = memoryGraph(
    [
      node("a"),
      { id: "b", kind: "entity", label: "Ann", type: "person", recordedAt: "2026-01-01T00:00:00.000Z" },
    ],
    [
      edge("a", "b"),
      edge("a", "b", { kind: "about", validFrom: "2026-01-01T00:00:00.000Z" }),
      edge("b", "a"),
    ],
  );
  assert.deepEqual([graph.order, graph.size], [2, 3]);
  assert.equal(graph.getNodeAttribute("b", "type"), "person");
  assert.deepEqual(graph.getEdgeAttributes("e1"), {
    kind: "about",
    weight: 1,
    by: "rule",
    validFrom: "2026-01-01T00:00:00.000Z",
  });
});

test("links and synonyms have no direction, the other kinds have one", () => {
  const kinds = [
    "link",
    "synonym",
    "supports",
    "contradicts",
    "next",
    "mentions",
    "derived",
    "about",
  ] as const;
  const graph = memoryGraph(
    [node("a"), node("b")],
    kinds.map((kind) => edge("a", "b", { kind })),
  );
  assert.deepEqual(
    kinds.map((_, index) => graph.isUndirected(`e${index}`)),
    [true, true, ...Array(6).fill(false)],
  );
});

test("a node or an edge that cannot be is refused and named", () => {
  const nodes = [node("a"), node("b")];
  const refused = (path: string) => (error: unknown) =>
    isMemosError(error, "INVALID_INPUT") && error.path === path;
  assert.throws(() => memoryGraph([node("a"), node("a")], []), refused("nodes.1"));
  assert.throws(() => memoryGraph([node("")], []), refused("nodes.0.id"));
  assert.throws(() => memoryGraph(nodes, [edge("a", "c")]), refused("edges.0"));
  for (const weight of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => memoryGraph(nodes, [edge("a", "b", { weight })]), refused("edges.0.weight"));
  const strange = { ...edge("a", "b"), kind: "likes" } as unknown as MemoryEdge;
  assert.throws(() => memoryGraph(nodes, [strange]), refused("edges.0.kind"));
});

test("the rows of a graph are walked both ways, and an edge weighs what it is told to", () => {
  const graph = memoryGraph(["a", "b", "c"].map(node), [
    edge("a", "b", { weight: 2 }),
    edge("b", "a", { weight: 1, by: "model" }),
    edge("b", "c", { kind: "next" }),
  ]);
  const { csr, ids, numbers } = toCsr(graph);
  assert.deepEqual(ids, ["a", "b", "c"]);
  assert.equal(numbers.get("c"), 2);
  assert.deepEqual([...csr.outWeights], [3, 4, 1]);
  const trusted = toCsr(graph, ({ by, weight }) => (by === "model" ? 0 : weight * 10));
  assert.deepEqual([...trusted.csr.outWeights], [20, 30, 10]);
});

test("ids that are names of object properties are ids like others", () => {
  const ids = ["__proto__", "constructor", "toString", "~toString", "~", "~~valueOf", "valueOf"];
  const circle = ids.map((id, index) => edge(id, ids[(index + 1) % ids.length] as string));
  const graph = memoryGraph(ids.map(node), circle);
  assert.deepEqual(toCsr(graph).ids, ids);
  assert.deepEqual(
    [...toCsr(graph).csr.outWeights],
    ids.map(() => 2),
  );
  assert.deepEqual(toCsr(fromJson(JSON.parse(JSON.stringify(toJson(graph))))), toCsr(graph));
  assert.equal(shortestPath(graph, "__proto__", "toString")?.cost, 2);
  assert.deepEqual(shortestPath(graph, "constructor", "__proto__")?.steps, [[circle[0]]]);
  assert.equal(neighbourhood(graph, "constructor", 1, 9).graph.order, 3);
});

test("the key of an id leads back to it", () => {
  const names = fc.constantFrom("valueOf", "constructor", "__proto__", "a", "~", "");
  const ids = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat({ max: 3 }), names).map(([marks, name]) => "~".repeat(marks) + name),
  );
  fc.assert(
    fc.property(ids, (id) => {
      assert.equal(idOf(keyOf(id)), id);
      assert.ok(!(keyOf(id) in {}));
    }),
  );
});
