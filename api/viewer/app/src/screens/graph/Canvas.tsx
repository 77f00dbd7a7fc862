import Graph from "graphology";
import type { GraphSample } from "memos";
import { useEffect, useMemo, useRef } from "react";
import Sigma from "sigma";
import { useTheme } from "../../state/theme.js";
import { typeOf } from "../Graph.js";
import { placesOf } from "./layout.js";

type Node = GraphSample["nodes"][number];

/** Names that are always written beside their node. */
const NAMED = 25;

/** Colours of the theme that is shown now; `light-dark()` is resolved by asking for a real property. */
function palette(element: HTMLElement, types: readonly string[]) {
  const probe = document.createElement("span");
  element.append(probe);
  const resolved = (name: string) => {
    probe.style.color = `var(${name}, var(--type-other))`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    types: new Map(types.map((type) => [type, resolved(`--type-${type}`)] as const)),
    ink: resolved("--ink"),
    line: resolved("--edge"),
    raised: resolved("--raised"),
  };
  probe.remove();
  return colours;
}

/** The drawing: sigma over what is visible, in places that stay the same while the slider moves. */
export function Canvas({
  nodes,
  edges,
  all,
  focus,
  onChoose,
  onFocus,
}: {
  nodes: readonly Node[];
  edges: GraphSample["edges"];
  all: GraphSample;
  focus: string | undefined;
  onChoose: (node: Node) => void;
  onFocus: (node: Node) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const places = useMemo(() => placesOf(all), [all]);
  const handlers = useRef({ onChoose, onFocus });
  handlers.current = { onChoose, onFocus };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours that are read.
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const colours = palette(element, [...new Set(nodes.map(typeOf))]);
    const graph = new Graph({ multi: true });
    const byId = new Map(nodes.map((node) => [node.id, node]));
    for (const node of nodes)
      graph.addNode(node.id, {
        ...places.get(node.id),
        label: node.label.length > 40 ? `${node.label.slice(0, 39).toWellFormed()}…` : node.label,
        color: colours.types.get(typeOf(node)),
      });
    for (const { source, target } of edges) graph.addEdge(source, target, { size: 0.6, color: colours.line });
    const named = new Set(
      nodes
        .filter(({ kind }) => kind === "entity")
        .sort((a, b) => graph.degree(b.id) - graph.degree(a.id))
        .slice(0, NAMED)
        .map(({ id }) => id),
    );
    graph.forEachNode((id) => {
      const isFocus = id === focus;
      const size = Math.min(14, 3 + 1.4 * Math.sqrt(graph.degree(id)));
      graph.mergeNodeAttributes(id, { size: isFocus ? 16 : size, forceLabel: isFocus || named.has(id) });
    });
    const sigma = new Sigma(graph, element, {
      labelColor: { color: colours.ink },
      labelFont: "system-ui, sans-serif",
      labelSize: 12,
      labelRenderedSizeThreshold: 9,
      defaultDrawNodeHover: (canvas, node, { labelSize, labelFont }) => {
        canvas.font = `${labelSize}px ${labelFont}`;
        const label = node.label ?? "";
        canvas.fillStyle = colours.raised;
        canvas.fillRect(
          node.x - node.size - 3,
          node.y - labelSize,
          2 * node.size + canvas.measureText(label).width + 14,
          2 * labelSize,
        );
        canvas.fillStyle = node.color;
        canvas.beginPath();
        canvas.arc(node.x, node.y, node.size, 0, 2 * Math.PI);
        canvas.fill();
        canvas.fillStyle = colours.ink;
        canvas.fillText(label, node.x + node.size + 4, node.y + labelSize / 3);
      },
      stagePadding: 40,
      zIndex: true,
    });
    sigma.on("clickNode", ({ node }) => {
      const found = byId.get(node);
      if (found !== undefined) handlers.current.onChoose(found);
    });
    sigma.on("doubleClickNode", (event) => {
      event.preventSigmaDefault();
      const found = byId.get(event.node);
      if (found !== undefined) handlers.current.onFocus(found);
    });
    return () => sigma.kill();
  }, [nodes, edges, places, focus, theme]);

  return (
    <div
      ref={place}
      className="canvas"
      role="img"
      aria-label={`Graph of ${nodes.length} nodes. "As a list" shows the same as text.`}
    />
  );
}
