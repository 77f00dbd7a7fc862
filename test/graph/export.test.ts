import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MultiGraph } from "graphology";
import { parse } from "graphology-graphml";
import {
  edgeKindSchema,
  fromJson,
  idOf,
  type MemoryEdge,
  type MemoryNode,
  memoryGraph,
  nodeKindSchema,
  toGraphML,
  toJson,
} from "../../graph/index.js";
import { isMemosError } from "../../memcube/index.js";
import { arbitraryInstant } from "../memcube/arbitrary.js";

/** Any UTF-16 units at all, with what XML treats specially made likely. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        "<",
        ">",
        "&",
        '"',
        "'",
        "]]>",
        "\r",
        "\r\n",
        "\u0085",
        "\u2028",
        "\t",
        "\u0000",
        "\ud800",
        "\udc00",
        "🙂",
        "\ufffe",
      ),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));
const someText = fc.oneof(
  fc.constantFrom("__proto__", "constructor"),
  anyText.map((text) => `${text}.`),
);

const nodes = fc.uniqueArray(
  fc.record<MemoryNode, "id" | "kind" | "label">(
    {
      id: someText,
      kind: fc.constantFrom(...nodeKindSchema.options),
      label: anyText,
      type: anyText,
      recordedAt: arbitraryInstant,
      validFrom: arbitraryInstant,
      validTo: arbitraryInstant,
    },
    { requiredKeys: ["id", "kind", "label"], noNullPrototype: true },
  ),
  { minLength: 1, maxLength: 6, selector: ({ id }) => id },
);

const graphs = nodes.chain((nodes) => {
  const id = fc.constantFrom(...nodes.map(({ id }) => id));
  const edge = fc.record<MemoryEdge, "source" | "target" | "kind" | "weight" | "by">(
    {
      source: id,
      target: id,
      kind: fc.constantFrom(...edgeKindSchema.options),
      weight: fc.double({ min: 1e-12, max: 1e12, noNaN: true }),
      by: someText,
      validFrom: arbitraryInstant,
      validTo: arbitraryInstant,
    },
    { requiredKeys: ["source", "target", "kind", "weight", "by"], noNullPrototype: true },
  );
  return fc.array(edge, { maxLength: 8 }).map((edges) => memoryGraph(nodes, edges));
});

test("a graph comes back from JSON as it was", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const written = toJson(graph);
      const back = fromJson(JSON.parse(JSON.stringify(written)));
      assert.deepEqual(toJson(back), written);
      assert.equal(back.order, graph.order);
    }),
  );
});

test("what graphology imports is the same graph", () => {
  const graph = memoryGraph(
    [
      { id: "a", kind: "cube", label: "A" },
      { id: "b", kind: "fact", label: "B" },
    ],
    [{ source: "a", target: "b", kind: "link", weight: 0.5, by: "caller" }],
  );
  const imported = new MultiGraph();
  imported.import(toJson(graph));
  assert.deepEqual(imported.export(), graph.export());
});

test("JSON that is not such a graph is refused", () => {
  const written = toJson(
    memoryGraph(
      [
        { id: "a", kind: "cube", label: "A" },
        { id: "b", kind: "fact", label: "B" },
      ],
      [{ source: "a", target: "b", kind: "link", weight: 1, by: "caller" }],
    ),
  );
  const [first] = written.edges;
  for (const wrong of [
    null,
    [],
    {},
    { ...written, nodes: written.nodes.slice(1) },
    { ...written, nodes: [...written.nodes, ...written.nodes] },
    { ...written, edges: [first, first] },
    { ...written, edges: [{ ...first, undirected: false }] },
    { ...written, more: 1 },
  ])
    assert.throws(
      () => fromJson(wrong),
      (error) => isMemosError(error, "INVALID_INPUT"),
    );
});

const XML_CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const TAG = /<(\/?)([a-z]+)((?: [a-z:.]+="[^"<&]*")*)(\/?)>/gy;
const TEXT = /(?:[^<>&]|&#(?:38|60|62|13|133|8232);)*/y;

/** Reads a document of elements, attributes and text, and fails on anything that is not well-formed. */
function assertWellFormed(xml: string): void {
  assert.match(xml, XML_CHARACTERS);
  const start = '<?xml version="1.0" encoding="UTF-8"?>';
  assert.ok(xml.startsWith(start));
  const open: string[] = [];
  let at = start.length;
  while (at < xml.length) {
    TEXT.lastIndex = at;
    at += TEXT.exec(xml)?.[0].length ?? 0;
    if (at === xml.length) break;
    TAG.lastIndex = at;
    const tag = TAG.exec(xml);
    assert.ok(tag !== null, `no tag at ${at}: ${JSON.stringify(xml.slice(at, at + 40))}`);
    const [whole, closing, name = "", , alone] = tag;
    at += whole.length;
    if (closing === "/") assert.equal(open.pop(), name);
    else if (alone !== "/") open.push(name);
  }
  assert.deepEqual(open, []);
}

/** What is left of a text in XML. */
function inXml(text: string): string {
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
}

test("GraphML is well-formed whatever the texts, and another reader finds the graph in it", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const xml = toGraphML(graph);
      assertWellFormed(xml);
      const read = parse(MultiGraph, xml);
      assert.deepEqual([read.order, read.size], [graph.order, graph.size]);
      for (const [index, key] of graph.nodes().entries()) {
        const { label, kind } = graph.getNodeAttributes(key);
        assert.equal(read.getNodeAttribute(`n${index}`, "uid"), inXml(idOf(key)));
        assert.equal(read.getNodeAttribute(`n${index}`, "label"), inXml(label));
        assert.equal(read.getNodeAttribute(`n${index}`, "kind"), kind);
      }
      for (const [index, key] of graph.edges().entries()) {
        assert.equal(read.isUndirected(`e${index}`), graph.isUndirected(key));
        assert.equal(read.getEdgeAttribute(`e${index}`, "weight"), graph.getEdgeAttribute(key, "weight"));
        assert.equal(read.getEdgeAttribute(`e${index}`, "by"), inXml(graph.getEdgeAttribute(key, "by")));
      }
    }),
  );
});

test("an empty graph is exported as one", () => {
  const empty = memoryGraph([], []);
  assertWellFormed(toGraphML(empty));
  assert.equal(fromJson(toJson(empty)).order, 0);
});
