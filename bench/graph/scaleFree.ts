import { seededRandom } from "../../eval/metrics/index.js";
import type { EdgeColumns, Seed } from "../../graph/index.js";

/** Edges of the same kind differ by this factor at most: synonyms weigh 0.8, links that were often met 3. */
const LIGHTEST = 0.5;
const HEAVIEST = 3;

const FEWEST_SEEDS = 5;
const MOST_SEEDS = 10;

/**
 * A graph that grows by preferential attachment: each new node links to earlier ones, drawn by how many
 * links they have, so that degrees follow a power law (Barabási and Albert, "Emergence of Scaling in Random
 * Networks", Science 286, 1999). No two edges join the same pair. Fewer edges than asked for when there are
 * not that many pairs.
 */
export function scaleFreeGraph(nodes: number, edges: number, seed: number): Required<EdgeColumns> {
  const random = seededRandom(seed);
  const sources: number[] = [];
  const targets: number[] = [];
  for (let node = 1; node < nodes; node++) {
    const due = Math.round((edges * (node + 1)) / nodes) - sources.length;
    const chosen = new Set<number>();
    const before = sources.length;
    while (chosen.size < Math.min(due, node)) {
      // An end of a random edge is a node drawn by its degree; now and then any node, so that none is lost.
      const any = before === 0 || chosen.size * 2 > node || random() < 0.05;
      const edge = Math.floor(random() * before);
      const drawn = any ? Math.floor(random() * node) : (random() < 0.5 ? sources : targets)[edge];
      chosen.add(drawn as number);
    }
    for (const target of chosen) {
      sources.push(node);
      targets.push(target);
    }
  }
  const weights = sources.map(() => LIGHTEST + random() * (HEAVIEST - LIGHTEST));
  return {
    sources: Uint32Array.from(sources),
    targets: Uint32Array.from(targets),
    weights: Float32Array.from(weights),
  };
}

/** What a question could lead to: a few nodes of different importance. */
export function randomSeeds(nodes: number, seed: number): Seed[] {
  const random = seededRandom(seed);
  const count = FEWEST_SEEDS + Math.floor(random() * (MOST_SEEDS - FEWEST_SEEDS + 1));
  return Array.from({ length: count }, () => ({
    node: Math.floor(random() * nodes),
    weight: 0.05 + random(),
  }));
}
