import { entityKey } from "../../graph/extraction/index.js";
import { type MemoryEdge, type MemoryGraph, type MemoryNode, memoryGraph } from "../../graph/index.js";
import { type MemCube, textOf } from "../../memcube/index.js";
import { entityNumber, MENTION_FIELDS, ROLE_NUMBERS } from "../extraction/cubeGraph.js";
import type { CubeEdges, StoredLink } from "../store/graphLedger.js";

/** Characters of a cube's text that stand for it where it has no title. */
const LABEL_CHARACTERS = 80;

/** What a person reads for a cube: its title, or how it begins. */
export function labelOf(cube: MemCube): string {
  const { title } = cube.attributes;
  if (title !== undefined) return title;
  const text = (textOf(cube) ?? cube.payload.kind).replace(/\s+/g, " ").trim();
  return text.length <= LABEL_CHARACTERS ? text : `${text.slice(0, LABEL_CHARACTERS - 1).toWellFormed()}…`;
}

/** What an entity is called where a cube names it: in its title, its text, or a fact of its attributes. */
export function nameIn(cube: MemCube, entity: number, role: number, start: number, end: number): string {
  const { title = "", facts = [] } = cube.attributes;
  if (role === ROLE_NUMBERS.title) return title;
  if (end > start) return (textOf(cube) ?? "").slice(start, end).replace(/\s+/g, " ");
  const names = facts.flatMap(({ subject, object }) => [subject, object]);
  return names.find((name) => entityNumber(cube.scope, entityKey(name)) === entity) ?? "";
}

/** Strength of a name that two cubes share: its full form, or a part of it. */
const MENTION_WEIGHTS = [1, 1, 0.5];

/** Gathers the edges of cubes page by page, and makes one graph of them. */
export class GraphDrawing {
  readonly #cubes = new Map<number, MemCube>();
  /** By entity: what it is called, and the cubes that name it. */
  readonly #entities = new Map<number, { name: string; inFull: boolean; cubes: Map<number, number> }>();
  readonly #links = new Map<string, StoredLink>();

  get cubes(): number {
    return this.#cubes.size;
  }

  add({ mentions, links }: CubeEdges, cubes: ReadonlyMap<number, MemCube>): void {
    for (const [key, cube] of cubes) this.#cubes.set(key, cube);
    for (let at = 0; at < mentions.length; at += MENTION_FIELDS) {
      const [key, number, role, start, end] = mentions.subarray(
        at,
        at + MENTION_FIELDS,
      ) as unknown as number[];
      const cube = cubes.get(key as number);
      if (cube === undefined) continue;
      const entity = this.#entities.get(number as number) ?? { name: "", inFull: false, cubes: new Map() };
      if (entity.name === "")
        entity.name = nameIn(cube, number as number, role as number, start as number, end as number);
      entity.inFull ||= role !== ROLE_NUMBERS.part;
      entity.cubes.set(key as number, MENTION_WEIGHTS[role as number] ?? 1);
      this.#entities.set(number as number, entity);
    }
    for (const link of links) this.#links.set(`${link.from} ${link.kind} ${link.to}`, link);
  }

  /** The id of a cube's node. */
  idOf(key: number): string {
    return this.#cubes.get(key)?.id ?? String(key);
  }

  /** The cubes, the entities that at least two of them name and one of them in full, and what joins them. */
  graph(): MemoryGraph {
    const nodes: MemoryNode[] = [];
    const edges: MemoryEdge[] = [];
    for (const cube of this.#cubes.values())
      nodes.push({
        id: cube.id,
        kind: "cube",
        label: labelOf(cube),
        type: cube.type,
        recordedAt: cube.time.recordedAt,
        ...(cube.time.validFrom === undefined ? {} : { validFrom: cube.time.validFrom }),
        ...(cube.time.validTo === undefined ? {} : { validTo: cube.time.validTo }),
      });
    for (const [number, { name, inFull, cubes }] of this.#entities) {
      if (cubes.size < 2 || !inFull) continue;
      const id = `entity:${number}`;
      nodes.push({ id, kind: "entity", label: name });
      for (const [key, weight] of cubes)
        edges.push({
          source: this.idOf(key),
          target: id,
          kind: "mentions",
          weight: weight / cubes.size,
          by: "rule",
        });
    }
    for (const { from, to, kind, weight, by } of this.#links.values())
      if (this.#cubes.has(from) && this.#cubes.has(to) && from !== to)
        edges.push({ source: this.idOf(from), target: this.idOf(to), kind, weight, by });
    return memoryGraph(nodes, edges);
  }
}
