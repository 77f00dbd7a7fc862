import { withoutSecrets } from "../../../../agents/intake/sealed.js";
import { RECALLED_TYPES } from "../../../../agents/recalledTypes.js";
import { readableText } from "../../../../agents/tools/readableText.js";
import {
  type CubeState,
  cubeIdSchema,
  isMemosError,
  LIMITS,
  type MemCube,
  MemosError,
  ownerScope,
  type Scope,
} from "../../../../memcube/index.js";
import { and, eq, type Filter, isIn, type MemOS, or } from "../../../../memos/index.js";
import { inert } from "../../../../memos/retrieval/fence.js";
import { MCP_LIMITS } from "../limits.js";
import { Gathered } from "./gathered.js";
import { memoryOf, PART, type Part, partOf } from "./graphMemory.js";
import { type Entity, type Graph, type Relation, relationKey } from "./knowledge.js";

/** What was put into the graph stays in it also where it is not recalled any more of itself. */
const STATES: Exclude<CubeState, "forgotten">[] = ["active", "frozen", "archived", "merged"];

/** Values of one filter. */
const NAMES_AT_ONCE = 200;

/** Tombstones that are written at once; they share a commit. */
const FORGOTTEN_TOGETHER = 64;

const CAUSE = "deleted from the graph";

/** Something that was asked for and not done, in a sentence. */
export type Remark = string;

export interface Deletion {
  /** How many of what was named were there. */
  readonly deleted: number;
  readonly missing: readonly string[];
}

/**
 * The graph of the reference memory server over memories of ours: the same calls and answers. It keeps nothing of
 * its own, so that several processes, and every other surface, work on the same one.
 */
export class KnowledgeGraph {
  readonly #memos: MemOS;
  readonly #scope: Scope;
  readonly #owner: Scope;
  readonly #signal: AbortSignal | undefined;

  constructor(memos: MemOS, scope: Scope, signal?: AbortSignal) {
    this.#memos = memos;
    this.#scope = scope;
    this.#owner = ownerScope(scope);
    this.#signal = signal;
  }

  /** Makes the entities that are not there yet, and tells which these were. */
  async createEntities(entities: readonly Entity[]): Promise<{ created: Entity[]; remarks: Remark[] }> {
    const known = await this.#named(entities.map(({ name }) => name));
    const seen = new Set<string>();
    const fresh = entities
      .filter(({ name }) => !known.has(name) && !seen.has(name) && seen.add(name))
      .map(({ observations, ...entity }) => ({ ...entity, observations: [...new Set(observations)] }));
    const parts = fresh.flatMap(({ name, entityType, observations }): Part[] => [
      { kind: "entity", name, entityType },
      ...observations.map((content): Part => ({ kind: "observation", name, content })),
    ]);
    return { created: fresh, remarks: await this.write(parts) };
  }

  /**
   * States the relations that are not there yet, and tells which these were.
   *
   * @throws MemosError NOT_FOUND when an end of one is no entity; then nothing was written.
   */
  async createRelations(relations: readonly Relation[]): Promise<{ created: Relation[]; remarks: Remark[] }> {
    const names = relations.flatMap(({ from, to }) => [from, to]);
    const known = await this.#named(names);
    const missing = names.find((name) => !known.has(name));
    if (missing !== undefined) throw noEntity(missing);
    const stated = await this.#relationsOf(names);
    const seen = new Set<string>();
    const fresh = relations.filter((relation) => {
      const key = relationKey(relation);
      return !stated.hasRelation(relation) && !seen.has(key) && seen.add(key);
    });
    const remarks = await this.write(fresh.map((relation) => ({ kind: "relation", ...relation })));
    return { created: fresh, remarks };
  }

  /** @throws MemosError NOT_FOUND when one of them is no entity; then nothing was written. */
  async addObservations(
    additions: readonly { readonly entityName: string; readonly contents: readonly string[] }[],
  ): Promise<{ results: { entityName: string; addedObservations: string[] }[]; remarks: Remark[] }> {
    const known = await this.#named(additions.map(({ entityName }) => entityName));
    const missing = additions.find(({ entityName }) => !known.has(entityName));
    if (missing !== undefined) throw noEntity(missing.entityName);
    const added = new Map<string, Set<string>>();
    const results = additions.map(({ entityName, contents }) => {
      const before = added.get(entityName) ?? new Set(known.observations(entityName).keys());
      added.set(entityName, before);
      const addedObservations = contents.filter((content) => !before.has(content) && before.add(content));
      return { entityName, addedObservations };
    });
    const parts = results.flatMap(({ entityName: name, addedObservations }) =>
      addedObservations.map((content): Part => ({ kind: "observation", name, content })),
    );
    return { results, remarks: await this.write(parts) };
  }

  /** Forgets entities with all that is known of them and their relations. A plain memory goes by its id. */
  async deleteEntities(names: readonly string[]): Promise<Deletion> {
    const wanted = [...new Set(names)];
    const [known, stated] = await Promise.all([this.#named(wanted), this.#relationsOf(wanted)]);
    const present = wanted.filter((name) => known.has(name));
    const relations = stated.relationsOf(new Set(present));
    const plain = await this.#plain(wanted.filter((name) => !known.has(name)));
    await this.#forget([
      ...relations.flatMap((relation) => stated.cubesOfRelation(relation)),
      ...present.flatMap((name) => known.cubesOf(name)),
      ...plain,
    ]);
    const gone = new Set([...present, ...plain.map(({ id }) => id)]);
    return { deleted: gone.size, missing: wanted.filter((name) => !gone.has(name)) };
  }

  /** Forgets single observations; what is missing are the entities that are not there. */
  async deleteObservations(
    deletions: readonly { readonly entityName: string; readonly observations: readonly string[] }[],
  ): Promise<Deletion> {
    const known = await this.#named(deletions.map(({ entityName }) => entityName));
    const doomed = new Map<string, readonly MemCube[]>();
    for (const { entityName, observations } of deletions) {
      // A reader was shown them so that nothing in them poses as a prompt.
      const shown = new Set(observations.map(inert));
      for (const [content, cubes] of known.observations(entityName))
        if (shown.has(inert(content))) doomed.set(JSON.stringify([entityName, content]), cubes);
    }
    await this.#forget([...doomed.values()].flat());
    const missing = deletions.map(({ entityName }) => entityName).filter((name) => !known.has(name));
    return { deleted: doomed.size, missing: [...new Set(missing)] };
  }

  async deleteRelations(relations: readonly Relation[]): Promise<Deletion> {
    const stated = await this.#relationsOf(relations.flatMap(({ from, to }) => [from, to]));
    const doomed = new Map(
      relations
        .filter((relation) => stated.hasRelation(relation))
        .map((relation) => [relationKey(relation), relation]),
    );
    await this.#forget([...doomed.values()].flatMap((relation) => stated.cubesOfRelation(relation)));
    return { deleted: doomed.size, missing: [] };
  }

  /** Everything that was written as a graph. */
  async read(): Promise<Graph> {
    const cubes = await this.#cubes();
    this.#memos.firewall.gave(this.#owner, cubes);
    return new Gathered(cubes).graph;
  }

  /**
   * The nodes that have words of the query, best first, and those whose name, type or observations hold it as it
   * is written; with their relations. Every other memory that has its words is a node too, named by its id.
   */
  async search(query: string): Promise<Graph> {
    if (query.trim() === "") return this.read();
    const { hits } = await this.#memos.search(query, this.#owner, {
      k: MCP_LIMITS.found,
      types: [...RECALLED_TYPES],
      explain: true,
      signal: this.#signal,
    });
    const matching = hits.filter(({ explanation }) => (explanation?.terms.length ?? 0) > 0);
    const found = matching.flatMap(({ cube }) => namesOf(cube));
    const written = await this.#withSubstring(query);
    const names = [...new Set([...found, ...written])];
    const [known, stated] = await Promise.all([this.#named(names), this.#relationsOf(names)]);
    const nodes = known.around(names);
    const plain = matching.map(({ cube }) => cube).filter((cube) => partOf(cube) === undefined);
    this.#gave(known, stated, plain);
    return {
      entities: [...nodes.entities, ...plain.flatMap((cube) => this.#asNode(cube))],
      relations: stated.relationsOf(new Set(nodes.entities.map(({ name }) => name))),
    };
  }

  /** These nodes and their relations; a plain memory by its id. */
  async open(names: readonly string[]): Promise<Graph> {
    const wanted = [...new Set(names)];
    const [known, stated] = await Promise.all([this.#named(wanted), this.#relationsOf(wanted)]);
    const { entities } = known.around(wanted);
    const plain = await this.#plain(wanted.filter((name) => !known.has(name)));
    this.#gave(known, stated, plain);
    return {
      entities: [...entities, ...plain.flatMap((cube) => this.#asNode(cube))],
      relations: stated.relationsOf(new Set(entities.map(({ name }) => name))),
    };
  }

  /**
   * Writes parts of the graph as memories, in one transaction.
   *
   * @returns What was not taken as it was asked for.
   * @throws MemosError INVALID_INPUT when one of them holds a secret; then nothing was written.
   */
  async write(parts: readonly Part[]): Promise<Remark[]> {
    if (parts.length === 0) return [];
    const secret = parts.map(secretIn).find((kind) => kind !== undefined);
    if (secret !== undefined)
      throw new MemosError("INVALID_INPUT", `An observation holds a secret (${secret}).`);
    const memories = parts.map(memoryOf);
    const { written, skipped } = await this.#memos.add(memories, this.#scope, { signal: this.#signal });
    const held = written.filter(({ quarantined }) => quarantined !== undefined);
    return [
      ...skipped.map(({ index, reason }) => `"${textStart(memories[index]?.text)}" was not kept: ${reason}`),
      ...held.map(({ id }) => `Memory ${id} awaits a review by a person and is not found until then.`),
    ];
  }

  /** Memories of the graph, of those that a filter names. */
  async #cubes(where?: Filter, most = Number.POSITIVE_INFINITY): Promise<MemCube[]> {
    const cubes: MemCube[] = [];
    for (let cursor: string | undefined; cubes.length < most; ) {
      const page = await this.#memos.list(this.#owner, {
        types: ["semantic"],
        states: STATES,
        order: "oldest",
        limit: LIMITS.results,
        where: where ?? isIn(`metadata.${PART}`, ["entity", "observation", "relation"]),
        cursor,
        signal: this.#signal,
      });
      cubes.push(...page.cubes);
      cursor = page.cursor;
      if (cursor === undefined) break;
    }
    return cubes;
  }

  /** All that is known of the entities of these names. */
  async #named(names: readonly string[]): Promise<Gathered> {
    return this.#gather(names, (some) =>
      and(isIn(`metadata.${PART}`, ["entity", "observation"]), isIn("metadata.name", some)),
    );
  }

  async #relationsOf(names: readonly string[]): Promise<Gathered> {
    return this.#gather(names, (some) =>
      and(eq(`metadata.${PART}`, "relation"), or(isIn("metadata.from", some), isIn("metadata.to", some))),
    );
  }

  async #gather(names: readonly string[], where: (some: string[]) => Filter): Promise<Gathered> {
    const wanted = [...new Set(names)];
    const cubes = new Map<string, MemCube>();
    for (let at = 0; at < wanted.length; at += NAMES_AT_ONCE)
      for (const cube of await this.#cubes(where(wanted.slice(at, at + NAMES_AT_ONCE))))
        cubes.set(cube.id, cube);
    return new Gathered([...cubes.values()]);
  }

  /** What is given is known for an echo when an answer repeats it. */
  #gave(known: Gathered, stated: Gathered, plain: readonly MemCube[]): void {
    this.#memos.firewall.gave(this.#owner, [...known.cubes, ...stated.cubes, ...plain]);
  }

  /** The names of entities that hold a text as it is written, in a graph that is not too large to look through. */
  async #withSubstring(query: string): Promise<string[]> {
    const { graph } = new Gathered(await this.#cubes(undefined, MCP_LIMITS.scanned));
    const wanted = query.toLowerCase();
    return graph.entities
      .filter(({ name, entityType, observations }) =>
        [name, entityType, ...observations].some((text) => text.toLowerCase().includes(wanted)),
      )
      .map(({ name }) => name);
  }

  /** Memories that are in no graph, by id; what is none of them is left out. */
  async #plain(names: readonly string[]): Promise<MemCube[]> {
    const found = await Promise.all(
      names
        .filter((name) => cubeIdSchema.safeParse(name).success)
        .map((id) =>
          this.#memos.get(id, this.#owner, { signal: this.#signal }).catch((error) => {
            if (isMemosError(error, "NOT_FOUND")) return undefined;
            throw error;
          }),
        ),
    );
    return found.filter((cube) => cube !== undefined);
  }

  #asNode(cube: MemCube): Entity[] {
    const text = readableText(cube);
    if (text === undefined) return [];
    return [{ name: cube.id, entityType: cube.type, observations: [cut(text)] }];
  }

  async #forget(cubes: readonly MemCube[]): Promise<void> {
    const ids = [...new Set(cubes.map(({ id }) => id))];
    for (let at = 0; at < ids.length; at += FORGOTTEN_TOGETHER)
      await Promise.all(
        ids.slice(at, at + FORGOTTEN_TOGETHER).map((id) =>
          this.#memos.forget(id, this.#owner, { cause: CAUSE, signal: this.#signal }).catch((error) => {
            // Another process was faster.
            if (!isMemosError(error, "NOT_FOUND")) throw error;
          }),
        ),
      );
  }
}

/** What kind of secret a part of a graph holds, if it does: values are for the vault, and no tool writes into that. */
export function secretIn(part: Part): string | undefined {
  return withoutSecrets(memoryOf(part).text).taken[0]?.kind;
}

/** The nodes that a found memory leads to. */
function namesOf(cube: MemCube): string[] {
  const part = partOf(cube);
  if (part === undefined) return [];
  return part.kind === "relation" ? [part.from, part.to] : [part.name];
}

function noEntity(name: string): MemosError {
  return new MemosError("NOT_FOUND", `Entity with name ${name} not found.`);
}

function cut(text: string): string {
  return text.length <= MCP_LIMITS.nodeCharacters
    ? text
    : `${text.slice(0, MCP_LIMITS.nodeCharacters).toWellFormed()}… (open_memory gives the rest)`;
}

function textStart(text = ""): string {
  return text.slice(0, 60).toWellFormed();
}
