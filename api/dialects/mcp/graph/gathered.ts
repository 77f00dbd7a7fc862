import type { MemCube } from "../../../../memcube/index.js";
import { partOf } from "./graphMemory.js";
import { type Graph, type Relation, relationKey } from "./knowledge.js";

/** The type of an entity of which only observations are left. */
const UNKNOWN_TYPE = "unknown";

interface GatheredEntity {
  entityType: string | undefined;
  /** The memories that name it. */
  readonly cubes: MemCube[];
  /** What is known of it, and by which memories. */
  readonly observations: Map<string, MemCube[]>;
}

/** Memories as the graph that they are parts of: what was said twice is there once, in the order in which it came. */
export class Gathered {
  readonly #entities = new Map<string, GatheredEntity>();
  readonly #relations = new Map<string, { relation: Relation; cubes: MemCube[] }>();

  constructor(readonly cubes: readonly MemCube[]) {
    for (const cube of cubes) this.#take(cube);
  }

  #take(cube: MemCube): void {
    const part = partOf(cube);
    if (part === undefined) return;
    if (part.kind === "relation") {
      const { kind: _, ...relation } = part;
      const key = relationKey(relation);
      const known = this.#relations.get(key);
      if (known === undefined) this.#relations.set(key, { relation, cubes: [cube] });
      else known.cubes.push(cube);
      return;
    }
    const entity = this.#entity(part.name);
    if (part.kind === "entity") {
      entity.entityType ??= part.entityType;
      entity.cubes.push(cube);
    } else {
      const said = entity.observations.get(part.content);
      if (said === undefined) entity.observations.set(part.content, [cube]);
      else said.push(cube);
    }
  }

  #entity(name: string): GatheredEntity {
    const known = this.#entities.get(name);
    if (known !== undefined) return known;
    const entity = { entityType: undefined, cubes: [], observations: new Map() };
    this.#entities.set(name, entity);
    return entity;
  }

  get graph(): Graph {
    return {
      entities: [...this.#entities].map(([name, { entityType = UNKNOWN_TYPE, observations }]) => ({
        name,
        entityType,
        observations: [...observations.keys()],
      })),
      relations: [...this.#relations.values()].map(({ relation }) => relation),
    };
  }

  has(name: string): boolean {
    return this.#entities.has(name);
  }

  /** What is known of an entity, and the memories that say so. */
  observations(name: string): ReadonlyMap<string, readonly MemCube[]> {
    return this.#entities.get(name)?.observations ?? new Map();
  }

  hasRelation(relation: Relation): boolean {
    return this.#relations.has(relationKey(relation));
  }

  /** The memories that an entity consists of, its relations left out. */
  cubesOf(name: string): MemCube[] {
    const entity = this.#entities.get(name);
    return entity === undefined ? [] : [...entity.cubes, ...[...entity.observations.values()].flat()];
  }

  /** The memories that state one relation. */
  cubesOfRelation(relation: Relation): MemCube[] {
    return this.#relations.get(relationKey(relation))?.cubes ?? [];
  }

  /** Those of the relations that an entity is an end of. */
  relationsOf(names: ReadonlySet<string>): Relation[] {
    return this.graph.relations.filter(({ from, to }) => names.has(from) || names.has(to));
  }

  /** Some of the entities, in this order, with the relations that one of them is an end of. */
  around(names: readonly string[]): Graph {
    const wanted = new Set(names);
    const byName = new Map(this.graph.entities.map((entity) => [entity.name, entity]));
    return {
      entities: [...wanted].flatMap((name) => byName.get(name) ?? []),
      relations: this.relationsOf(wanted),
    };
  }
}
