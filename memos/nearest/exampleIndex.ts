import { type RankedNode, topNodes } from "../../graph/index.js";
import { throwIfAborted } from "../aborted.js";
import { mapInSlices } from "../store/index/slice.js";
import { type Encoded, FeatureSpace } from "./encoding.js";
import { featuresOf } from "./features.js";
import { LabelWeights } from "./labelWeights.js";
import { NEAREST_LIMITS } from "./limits.js";
import { Neighbours } from "./neighbours.js";

/** Share of the vote that the neighbours have; the rest follows from what all examples have taught of the features. */
const NEIGHBOURS_SHARE = 0.3;

/** A neighbour votes with this power of its likeness: the nearest outweigh many that are far. */
const LIKENESS_POWER = 4;

const NO_VECTOR = new Float32Array(0);

/** Where an example stands: the memory, by its key, and the place in its text. */
export interface ExamplePlace {
  readonly cube: number;
  readonly span: readonly [start: number, end: number];
}

/** An example that is to be learned from. Its words are not kept. */
export interface NewExample extends ExamplePlace {
  readonly text: string;
  readonly label: string;
}

export interface Vote {
  readonly label: string;
  /** Share of the vote, 0 to 1. */
  readonly share: number;
}

export interface VotedNeighbour {
  readonly place: ExamplePlace;
  readonly label: string;
  readonly similarity: number;
}

/**
 * A set of labelled examples, ready to vote. It holds hashes, numbers, labels and places, and no words of any example.
 */
export class ExampleIndex {
  readonly #labels: readonly string[];
  readonly #labelOf: Int32Array;
  readonly #places: readonly ExamplePlace[];
  readonly #dimension: number;
  readonly #space: FeatureSpace;
  readonly #weights: LabelWeights;
  readonly #neighbours: Neighbours;

  private constructor(
    labels: readonly string[],
    labelOf: Int32Array,
    places: readonly ExamplePlace[],
    dimension: number,
    parts: { space: FeatureSpace; weights: LabelWeights; neighbours: Neighbours },
  ) {
    this.#labels = labels;
    this.#labelOf = labelOf;
    this.#places = places;
    this.#dimension = dimension;
    this.#space = parts.space;
    this.#weights = parts.weights;
    this.#neighbours = parts.neighbours;
  }

  /**
   * Learns from examples, giving way to other work meanwhile.
   *
   * @param vectors one of unit length for each example, all of one dimension; empty ones where there are none.
   * @throws MemosError ABORTED.
   */
  static async of(
    examples: readonly NewExample[],
    vectors: readonly Float32Array[],
    signal?: AbortSignal,
  ): Promise<ExampleIndex> {
    const labels = [...new Set(examples.map(({ label }) => label))].sort();
    const numbers = new Map(labels.map((label, number) => [label, number]));
    const labelOf = Int32Array.from(examples, ({ label }) => numbers.get(label) as number);
    const hashed = await mapInSlices(examples, ({ text }) => {
      throwIfAborted(signal);
      return featuresOf(text);
    });
    const space = await FeatureSpace.of(hashed);
    const encoded: Encoded[] = await mapInSlices(hashed.entries(), ([at, features]) =>
      space.encodeFeatures(features, vectors[at] as Float32Array),
    );
    const dimension = vectors[0]?.length ?? 0;
    const room = Math.floor(NEAREST_LIMITS.weights / labels.length) - dimension;
    const features = Math.max(0, Math.min(space.shared, room));
    const weights = await LabelWeights.learned(
      encoded,
      labelOf,
      { labels: labels.length, features, dimension },
      (items, step) =>
        mapInSlices(items, (item) => {
          throwIfAborted(signal);
          step(item);
        }),
    );
    const places = examples.map(({ cube, span }) => ({ cube, span }));
    const neighbours = await Neighbours.of(encoded, { features: space.size, dimension });
    return new ExampleIndex(labels, labelOf, places, dimension, { space, weights, neighbours });
  }

  /** Examples that vote. */
  get size(): number {
    return this.#places.length;
  }

  get labels(): number {
    return this.#labels.length;
  }

  /** Roughly what it takes in memory. */
  get bytes(): number {
    const { size: features } = this.#space;
    return this.#weights.bytes + this.#neighbours.bytes + 64 * (features + this.#places.length);
  }

  /**
   * The shares of the labels, the largest first, and the `k` nearest examples, each of which votes for its label. Where
   * none of these has the label that wins, the nearest that has it takes the last place. Nothing votes about a text that
   * is like no example at all: what the labels are beforehand says nothing about it.
   *
   * @param vector of the text; one of another dimension than the examples have is not used.
   */
  async vote(
    text: string,
    vector: Float32Array,
    k: number,
  ): Promise<{ votes: Vote[]; neighbours: VotedNeighbour[] }> {
    const question = this.#space.encode(text, vector.length === this.#dimension ? vector : NO_VECTOR);
    const likeness = await this.#neighbours.likeness(question);
    const near = topNodes({ scores: likeness }, k);
    if (!near.some(({ score }) => score > 0)) return { votes: [], neighbours: [] };
    const shares = this.#weights.likelihoods(question);
    const force = ({ score }: RankedNode) => Math.max(0, score) ** LIKENESS_POWER;
    const total = near.reduce((sum, neighbour) => sum + force(neighbour), 0);
    for (let at = 0; at < shares.length; at++) shares[at] = (shares[at] as number) * (1 - NEIGHBOURS_SHARE);
    for (const neighbour of near) {
      const label = this.#labelOf[neighbour.node] as number;
      shares[label] = (shares[label] as number) + (NEIGHBOURS_SHARE * force(neighbour)) / total;
    }
    const ranked = topNodes({ scores: shares }, shares.length);
    return {
      votes: ranked.map(({ node, score }) => ({
        label: this.#labels[node] as string,
        share: Math.min(1, score),
      })),
      neighbours: this.#withOneOf(ranked[0]?.node as number, near, likeness).map(({ node, score }) => ({
        place: this.#places[node] as ExamplePlace,
        label: this.#labels[this.#labelOf[node] as number] as string,
        similarity: score,
      })),
    };
  }

  #withOneOf(label: number, near: readonly RankedNode[], likeness: Float64Array): readonly RankedNode[] {
    if (near.some(({ node }) => this.#labelOf[node] === label)) return near;
    const nodes = [...this.#labelOf.keys()].filter((example) => this.#labelOf[example] === label);
    const scores = nodes.map((example) => likeness[example] as number);
    return [...near.slice(0, -1), ...topNodes({ nodes, scores }, 1)];
  }
}
