import type { CubeId, CubeState, CubeType, MemCube, Scope, Version } from "../../memcube/index.js";
import type { CubeFact, CubeGraph } from "../extraction/cubeGraph.js";
import type { Label } from "../governance/label.js";
import type { PrincipalName } from "../governance/principal.js";

/** Whose graph is read, and which cubes of it count. */
export interface Question {
  readonly scope: Scope;
  readonly types?: readonly CubeType[] | undefined;
  readonly now: number;
  readonly asOf?: number | undefined;
  readonly states?: readonly CubeState[] | undefined;
  readonly without?: readonly number[] | undefined;
  /** The labels that a reader may see; every one without. */
  readonly permit?: readonly Label[] | undefined;
}

/** A cube whose title is one of the names looked for. */
export interface TitledCube {
  readonly cube: number;
  readonly entity: number;
}

/** What a cube says, cut at a limit, and its title, which may be empty. */
export interface CubeText {
  readonly text: string;
  readonly title: string;
}

/** Numbers of a mention in `Surroundings`: index of the entity, key of the cube that names it, role, start. */
export const MENTION = 4;

/** The part of the graph around a few cubes, as flat arrays: it comes from another thread. */
export interface Surroundings {
  /** Number of each entity that a seed names. */
  readonly entities: Float64Array;
  /** In how many cubes of the scope each is named; one more than the most that are listed for a hub. */
  readonly frequencies: Int32Array;
  /** `MENTION` numbers each; of a hub only the cubes that it is the title of. */
  readonly mentions: Int32Array;
  /** What the seeds say, in their order. */
  readonly texts: readonly CubeText[];
  /** Key of one cube, key of a linked one, weight. */
  readonly links: Float64Array;
}

/** A cube that a model is to be asked about. */
export interface AwaitingModel {
  readonly key: number;
  readonly cube: MemCube;
  /** What its text says, hashed. */
  readonly digest: Uint8Array | null;
  /** Who wrote it; undefined where it is read anew for another reason. */
  readonly writer: PrincipalName | undefined;
}

/** The ledger's part that holds the graph: mentions, facts and links. */
export interface GraphLedger {
  /** Cubes of the scope that one of these entities is the title of. */
  titled(question: Question, entities: Float64Array): Promise<TitledCube[]>;
  /** What lies around the seeds: the entities they name, the cubes that name these, and links. */
  surroundings(question: Question, seeds: readonly number[]): Promise<Surroundings>;
  /** What some cubes say, in their order. */
  texts(cubes: readonly number[]): Promise<CubeText[]>;
  /** Mentions and links of these cubes, as far as they are of the scope. */
  edgesOf(question: Question, cubes: readonly number[]): Promise<CubeEdges>;
  /** Cubes that name each of these entities, those about it first, at most `limit` of each. */
  naming(
    question: Question,
    entities: Float64Array,
    limit: number,
  ): Promise<{ entity: number; cube: number; role: number }[]>;
  /** Of the `newest` cubes, the entities that at least two of them name, those that most do first. */
  hubs(question: Question, newest: number, limit: number): Promise<number[]>;
  /** Facts that were known at `asOf`, in order of arrival, the latest `limit` of them. */
  facts(question: Question, query: FactQuery, asOf: number | undefined, limit: number): Promise<StoredFact[]>;
  /** Every statement of the single-valued facts that some cubes state. */
  factsAbout(
    question: Question,
    cubes: readonly number[],
    asOf: number | undefined,
    limit: number,
  ): Promise<StoredFact[]>;
  /** Keys of cubes by their ids, as far as they are of the scope. */
  keysOf(question: Question, ids: readonly CubeId[]): Promise<{ id: CubeId; key: number }[]>;
  /** Keys of the cubes of a scope after one, ascending. */
  keysAfter(question: Question, after: number, limit: number): Promise<number[]>;
  /** The oldest cubes of one owner that a model is to be asked about, without some. */
  awaitingModel(limit: number, without: readonly number[]): Promise<AwaitingModel[]>;
  /** Of these, those that still say what the model has read wait no longer. */
  modelDone(read: readonly Pick<AwaitingModel, "key" | "digest">[]): Promise<void>;
  /** A model's answer, kept until any cube is forgotten: it may quote what was forgotten. */
  cachedExtraction(key: string): Promise<string | undefined>;
  /** Keeps nothing when a cube that the model was shown has been forgotten since. */
  cacheExtraction(key: string, answer: string, shown: readonly string[]): Promise<void>;
  /** Cubes whose part of the graph is still to be derived, with the versions before the current one. */
  underived(limit: number): Promise<{ key: number; cube: MemCube; earlier: Version[] }[]>;
  /** Puts the derived parts in place; a cube that was changed meanwhile is left as it is. */
  saveGraphs(graphs: readonly { key: number; version: number; graph: CubeGraph }[]): Promise<void>;
  /** Forgets every derived part, so that all are derived again. Returns the number of cubes. */
  resetGraphs(): Promise<number>;
}

/** A fact as the ledger has it. */
export interface StoredFact extends CubeFact {
  readonly number: number;
  readonly cube: number;
  readonly cubeId: CubeId;
  readonly recordedAt: number;
  /** When the cube happened, where that is said. */
  readonly occurredAt: number | null;
}

/** Which facts are wanted: of an entity as subject or object, of several subjects, or of cubes; of one relation when it is given. */
export type FactQuery = (
  | { readonly by: "subject" | "object"; readonly entity: number }
  | { readonly by: "subjects"; readonly entities: readonly number[] }
  | { readonly by: "cubes"; readonly cubes: readonly number[] }
) & { readonly relation?: string };

export interface StoredLink {
  readonly from: number;
  readonly to: number;
  readonly kind: "link" | "supports" | "contradicts" | "derived" | "synonym";
  readonly weight: number;
  readonly by: string;
  readonly why: string | null;
}

/** What some cubes add to the graph. */
export interface CubeEdges {
  /** Cube, entity, role, start, end of each mention. */
  readonly mentions: Float64Array;
  readonly links: readonly StoredLink[];
}
