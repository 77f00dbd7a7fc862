import { idOf } from "./key.js";
import type { MemoryGraph } from "./memoryGraph.js";

/** The columns of nodes and of edges, with their type in GraphML. */
const NODE_KEYS = {
  uid: "string",
  kind: "string",
  label: "string",
  type: "string",
  recordedAt: "string",
  validFrom: "string",
  validTo: "string",
} as const;
const EDGE_KEYS = {
  kind: "string",
  weight: "double",
  by: "string",
  validFrom: "string",
  validTo: "string",
} as const;

/** What XML 1.0 cannot hold in any form (section 2.2): control characters, lone surrogates, two others. */
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const REPLACEMENT = "\ufffd";

/** Mark-up, and what a reader of XML 1.0 or 1.1 would take for the end of a line and make a line feed. */
const ESCAPED = /[&<>\r\u0085\u2028]/g;

/**
 * The graph in GraphML (graphml.graphdrawing.org), for Gephi, yEd, Cytoscape, NetworkX and igraph.
 *
 * Nodes are `n0`, `n1` and so on, because an id may only have the characters of a name there; their own id
 * is the column `uid`. A character that XML cannot hold becomes U+FFFD. `toJson` loses nothing.
 */
export function toGraphML(graph: MemoryGraph): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...keys("node", NODE_KEYS),
    ...keys("edge", EDGE_KEYS),
    '<graph id="memory" edgedefault="undirected">',
  ];
  const numbers = new Map<string, number>();
  graph.forEachNode((key, attributes) => {
    const number = numbers.size;
    numbers.set(key, number);
    lines.push(
      `<node id="n${number}">${values("node", NODE_KEYS, { uid: idOf(key), ...attributes })}</node>`,
    );
  });
  let count = 0;
  graph.forEachEdge((_, attributes, source, target, _from, _to, undirected) => {
    const ends = `source="n${numbers.get(source)}" target="n${numbers.get(target)}" directed="${!undirected}"`;
    lines.push(`<edge id="e${count++}" ${ends}>${values("edge", EDGE_KEYS, attributes)}</edge>`);
  });
  lines.push("</graph>", "</graphml>", "");
  return lines.join("\n");
}

type Columns = Readonly<Record<string, string>>;

function keys(owner: "node" | "edge", columns: Columns): string[] {
  return Object.entries(columns).map(
    ([name, type]) => `<key id="${owner}-${name}" for="${owner}" attr.name="${name}" attr.type="${type}"/>`,
  );
}

function values(
  owner: "node" | "edge",
  columns: Columns,
  attributes: Readonly<Record<string, string | number | undefined>>,
): string {
  return Object.keys(columns)
    .map((name) => {
      const value = attributes[name];
      return value === undefined ? "" : `<data key="${owner}-${name}">${xmlText(String(value))}</data>`;
    })
    .join("");
}

function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replace(NOT_XML, REPLACEMENT)
    .replace(ESCAPED, (character) => `&#${character.charCodeAt(0)};`);
}
