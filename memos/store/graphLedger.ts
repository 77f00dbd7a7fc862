import type { CubeType, MemCube, Scope } from "../../memcube/index.js";
import type { CubeGraph } from "../extraction/cubeGraph.js";

/** Whose graph is read, and which cubes of it count. */
export interface Question {
  readonly scope: Scope;
  readonly types?: readonly CubeType[] | undefined;
  readonly now: number;
}

/** A cube whose title is one of the names looked for. */
export interface TitledCube {
  readonly cube: number;
  readonly entity: number;
}

/** What a seed says, cut at a limit, and its title, which may be empty. */
export interface SeedText {
  readonly text: string;
  readonly title: string;
}

/** The part of the graph around a few cubes, as flat arrays: it comes from another thread. */
export interface Surroundings {
  /** Number of each entity that a seed names. */
  readonly entities: Float64Array;
  /** In how many cubes of the scope each is named; one more than the most that are listed for a hub. */
  readonly frequencies: Int32Array;
  /** Index of an entity, key of a cube that names it, role; of a hub only the cubes that it is the title of. */
  readonly mentions: Int32Array;
  /** Where seeds name entities: index of the entity, index of the seed, role, start, end. */
  readonly places: Int32Array;
  readonly texts: readonly SeedText[];
  /** Key of one cube, key of a linked one, weight. */
  readonly links: Float64Array;
}

/** The ledger's part that holds the graph: mentions, facts and links. */
export interface GraphLedger {
  /** Cubes of the scope that one of these entities is the title of. */
  titled(question: Question, entities: Float64Array): Promise<TitledCube[]>;
  /** What lies around the seeds: the entities they name, the cubes that name these, and links of all cubes given. */
  surroundings(
    question: Question,
    seeds: readonly number[],
    others: readonly number[],
  ): Promise<Surroundings>;
  /** Cubes whose part of the graph is still to be derived. */
  underived(limit: number): Promise<{ key: number; cube: MemCube }[]>;
  /** Puts the derived parts in place; a cube that was changed meanwhile is left as it is. */
  saveGraphs(graphs: readonly { key: number; version: number; graph: CubeGraph }[]): Promise<void>;
  /** Forgets every derived part, so that all are derived again. Returns the number of cubes. */
  resetGraphs(): Promise<number>;
}
