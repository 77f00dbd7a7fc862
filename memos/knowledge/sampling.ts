import { inducedSubgraph, type MemoryGraph, neighbourhood } from "../../graph/index.js";
import { nodeOf } from "../../graph/memoryGraph.js";
import type { MemCube } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { MENTION_FIELDS } from "../extraction/cubeGraph.js";
import type { GraphLedger, Question } from "../store/graphLedger.js";
import { GraphDrawing } from "./drawing.js";
import { GRAPH_LIMITS, type GraphSample } from "./operations.js";

/** An entity that more cubes name makes no neighbours: everybody would be everybody's. */
export const COMMON = 30;

/** How often what was reached leads one name further. */
const ROUNDS = 2;

/** Edges between the focus and the furthest node of a sample. */
const HOPS = 4;

/** Of the nodes of a sample without a focus, one in so many may be a name. */
const CUBES_PER_NAME = 4;

/** What a sample reads: the ledger, as far as one question goes. */
interface Reads {
  readonly ledger: GraphLedger;
  readonly question: Question;
  readonly cubes: (keys: readonly number[]) => Promise<Map<number, MemCube>>;
}

type Focus = { readonly cube: number } | { readonly entity: number } | undefined;

/** Cubes around one, over links and shared names, the nearer ones first. */
async function around({ ledger, question }: Reads, start: number, limit: number): Promise<number[]> {
  const reached = new Set([start]);
  let frontier = [start];
  for (let round = 0; round < ROUNDS && frontier.length > 0 && reached.size < limit; round++) {
    const { mentions, links } = await ledger.edgesOf(question, frontier);
    const entities = new Set<number>();
    for (let at = 0; at < mentions.length; at += MENTION_FIELDS) entities.add(mentions[at + 1] as number);
    const naming = await ledger.naming(question, Float64Array.from(entities), COMMON);
    const found = [...links.flatMap(({ from, to }) => [from, to]), ...naming.map(({ cube }) => cube)];
    frontier = [...new Set(found)].filter((key) => !reached.has(key)).slice(0, limit - reached.size);
    for (const key of frontier) reached.add(key);
  }
  return [...reached];
}

/** Cubes that name most of some entities. */
async function naming({ ledger, question }: Reads, entities: readonly number[], limit: number) {
  const each = Math.max(CUBES_PER_NAME, Math.ceil(limit / Math.max(1, entities.length)));
  const shared = new Map<number, number>();
  for (const { cube } of await ledger.naming(question, Float64Array.from(entities), each))
    shared.set(cube, (shared.get(cube) ?? 0) + 1);
  return [...shared]
    .sort(([a, x], [b, y]) => y - x || b - a)
    .slice(0, limit)
    .map(([cube]) => cube);
}

/** The nodes that most edges end at. */
function highest(graph: MemoryGraph, limit: number): MemoryGraph {
  if (graph.order <= limit) return graph;
  const nodes = graph.mapNodes((key) => ({ id: nodeOf(graph, key).id, degree: graph.degree(key) }));
  nodes.sort((a, b) => b.degree - a.degree || (a.id < b.id ? -1 : 1));
  return inducedSubgraph(
    graph,
    nodes.slice(0, limit).map(({ id }) => id),
  );
}

/** Chooses the part of the graph that a person looks at, and draws it. */
export async function sampleGraph(
  reads: Reads,
  focus: Focus,
  { limit, signal }: { limit: number; signal?: AbortSignal | undefined },
): Promise<GraphSample> {
  const { ledger, question } = reads;
  let keys: number[];
  if (focus !== undefined && "cube" in focus) keys = await around(reads, focus.cube, limit);
  else {
    const names =
      focus === undefined
        ? await ledger.hubs(question, GRAPH_LIMITS.sampledCubes, Math.ceil(limit / CUBES_PER_NAME))
        : [focus.entity];
    keys = await naming(reads, names, limit);
    // Nothing is named twice yet: there are memories all the same.
    if (keys.length === 0 && focus === undefined) keys = await ledger.keysAfter(question, 0, limit);
  }
  throwIfAborted(signal);
  const drawing = new GraphDrawing();
  drawing.add(await ledger.edgesOf(question, keys), await reads.cubes(keys));
  const whole = drawing.graph();
  const at =
    focus === undefined ? undefined : "cube" in focus ? drawing.idOf(focus.cube) : `entity:${focus.entity}`;
  const isThere = at !== undefined && whole.someNode((key) => nodeOf(whole, key).id === at);
  const graph = isThere ? neighbourhood(whole, at, HOPS, limit).graph : highest(whole, limit);
  const all = await ledger.keysAfter(question, 0, limit + 1);
  return {
    nodes: graph.mapNodes((key) => nodeOf(graph, key)),
    edges: graph.mapEdges((_edge, attributes, source, target) => ({
      source: nodeOf(graph, source).id,
      target: nodeOf(graph, target).id,
      ...attributes,
    })),
    ...(isThere ? { focus: at } : {}),
    complete: all.length === keys.length && graph.order === whole.order,
  };
}
