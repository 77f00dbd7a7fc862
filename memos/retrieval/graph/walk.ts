import { buildCsr } from "../../../graph/csr.js";
import { pageRank } from "../../../graph/pagerank.js";
import { ROLE_NUMBERS } from "../../extraction/cubeGraph.js";
import { MENTION, type Surroundings } from "../../store/graphLedger.js";
import type { GraphParameters } from "./parameters.js";
import type { Reading } from "./reading.js";

export interface WalkInput {
  /** Where the walk starts, and how likely each is wanted by itself. */
  readonly seeds: readonly { readonly key: number; readonly probability: number }[];
  readonly around: Surroundings;
  /** What each seed says of the question, in the order of the seeds. */
  readonly readings: readonly Reading[];
  /** Share of the question that a cube holds, by weight of its terms. */
  readonly held: (key: number) => number;
  /** Whether the direct search found the cube, and whether it may be in the answer at all. */
  readonly found: (key: number) => boolean;
  readonly allowed: (key: number) => boolean;
  /** Cubes of the scope, for the specificity of an entity. */
  readonly cubes: number;
}

export interface Walked {
  /** Score of every cube that the walk could reach; they sum to 1. */
  readonly scores: ReadonlyMap<number, number>;
  /** The part of each seed's score that is only its restart. */
  readonly restarts: ReadonlyMap<number, number>;
  /** The part that came from an entity that the cube is about, not only names. */
  readonly home: ReadonlyMap<number, number>;
  readonly nodes: number;
  readonly edges: number;
}

/**
 * Personalized PageRank over the graph around the seeds, conditioned on the question: a walk leaves a cube
 * preferably through an entity that stands in a sentence about what is asked, and enters preferably a cube
 * that is about the entity, and one that holds more of the question. Without an entity that leads anywhere
 * there is nothing to walk on: null, never a uniform ranking.
 */
export function walk(input: WalkInput, parameters: GraphParameters): Walked | null {
  const { seeds, around } = input;
  const cubes = new Map<number, number>();
  const nodeOf = (key: number) => {
    let node = cubes.get(key);
    if (node === undefined) {
      node = cubes.size;
      cubes.set(key, node);
    }
    return node;
  };
  for (const { key } of seeds) nodeOf(key);
  const mentions = usable(input, parameters);
  for (const { cube } of mentions) nodeOf(cube);
  const links = linksOf(input);
  for (const { from, to } of links) {
    nodeOf(from);
    nodeOf(to);
  }
  if (cubes.size === seeds.length) return null;

  const sources: number[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  const edge = (from: number, to: number, weight: number) => {
    sources.push(from);
    targets.push(to);
    weights.push(weight);
  };
  const asked = askedAt(input);
  const homes = homesOf(mentions);
  const entering = (entity: number, cube: number, isHome: boolean) =>
    (isHome ? parameters.home / Math.sqrt(homes.get(entity) ?? 1) : 1) *
    (parameters.apart + parameters.close * input.held(cube));
  for (const { entity, cube, role } of mentions) {
    const node = cubes.size + entity;
    const strength = role === ROLE_NUMBERS.part ? parameters.part : 1;
    const isHome = role === ROLE_NUMBERS.title;
    const specific = specificity(around.frequencies[entity] as number, input.cubes) ** parameters.specificity;
    const leaving = isHome
      ? parameters.about
      : parameters.unasked + parameters.asked * (asked.get(cube)?.get(entity) ?? 0);
    edge(nodeOf(cube), node, strength * specific * leaving);
    edge(node, nodeOf(cube), strength * entering(entity, cube, isHome));
  }
  for (const { from, to, weight } of links) edge(nodeOf(from), nodeOf(to), parameters.link * weight);
  // The last node has no way on: whoever ends there starts again at a seed.
  const end = cubes.size + around.entities.length;
  for (let node = cubes.size; node < end; node++) edge(node, end, parameters.endAtEntity);
  const csr = buildCsr({ sources, targets, weights }, { nodes: end + 1, directed: true });
  const total = seeds.reduce((sum, { probability }) => sum + probability, 0);
  // A step from cube to cube is two arcs, and the mass that is at entities between them is no cube's.
  const damping = Math.sqrt(parameters.damping);
  const scale = (1 - parameters.damping) / (1 - damping);
  const { scores } = pageRank(
    csr,
    seeds.map(({ key, probability }) => ({ node: nodeOf(key), weight: probability })),
    { damping, maxIterations: 2 * parameters.iterations },
  );
  const home = new Map<number, number>();
  for (const { entity, cube, role } of mentions) {
    if (role !== ROLE_NUMBERS.title) continue;
    const node = cubes.size + entity;
    const share = entering(entity, cube, true) / (csr.outWeights[node] as number);
    const arrived = scale * damping * (scores[node] as number) * share;
    home.set(cube, Math.max(home.get(cube) ?? 0, arrived));
  }
  return {
    scores: new Map([...cubes].map(([key, node]) => [key, scale * (scores[node] as number)])),
    restarts: new Map(
      seeds.map(({ key, probability }) => [
        key,
        ((1 - parameters.damping) * probability) / Math.max(total, 1e-12),
      ]),
    ),
    home,
    nodes: csr.nodes,
    edges: csr.edges,
  };
}

interface Mention {
  readonly entity: number;
  readonly cube: number;
  readonly role: number;
}

/** Mentions of entities that connect at least two cubes, without those that lead to any cube at all. */
function usable(input: WalkInput, parameters: GraphParameters): Mention[] {
  const { around } = input;
  const mentions: Mention[] = [];
  for (let at = 0; at < around.mentions.length; at += MENTION) {
    const entity = around.mentions[at] as number;
    const cube = around.mentions[at + 1] as number;
    const role = around.mentions[at + 2] as number;
    const frequency = around.frequencies[entity] as number;
    if (frequency < 2 || !input.allowed(cube)) continue;
    if (frequency > parameters.common && role !== ROLE_NUMBERS.title && !input.found(cube)) continue;
    mentions.push({ entity, cube, role });
  }
  return mentions;
}

function linksOf({ around, allowed }: WalkInput): { from: number; to: number; weight: number }[] {
  const links: { from: number; to: number; weight: number }[] = [];
  for (let at = 0; at < around.links.length; at += 3) {
    const from = around.links[at] as number;
    const to = around.links[at + 1] as number;
    if (allowed(from) && allowed(to)) links.push({ from, to, weight: around.links[at + 2] as number });
  }
  return links;
}

/** By seed and entity, the share of the question in the sentence where the seed names it. */
function askedAt({ seeds, around: { mentions }, readings }: WalkInput): Map<number, Map<number, number>> {
  const asked = new Map(seeds.map(({ key }) => [key, new Map<number, number>()]));
  const readingOf = new Map(seeds.map(({ key }, index) => [key, readings[index] as Reading]));
  for (let at = 0; at < mentions.length; at += MENTION) {
    const cube = mentions[at + 1] as number;
    const reading = readingOf.get(cube);
    if (reading === undefined) continue;
    const entity = mentions[at] as number;
    const known = asked.get(cube) as Map<number, number>;
    known.set(entity, Math.max(known.get(entity) ?? 0, reading.answered(mentions[at + 3] as number)));
  }
  return asked;
}

function homesOf(mentions: readonly Mention[]): Map<number, number> {
  const homes = new Map<number, number>();
  for (const { entity, role } of mentions)
    if (role === ROLE_NUMBERS.title) homes.set(entity, (homes.get(entity) ?? 0) + 1);
  return homes;
}

/** From 1 for what one cube names to 0 for what all of them name. */
export function specificity(frequency: number, cubes: number): number {
  return Math.max(0.02, 1 - Math.log(frequency) / Math.log(Math.max(cubes, 2)));
}
