import { seededRandom } from "../../eval/metrics/index.js";
import type { EdgeColumns, Seed } from "../../graph/index.js";

/** Edges of the same kind differ by this factor at most: synonyms weigh 0.8, links that were often met 3. */
const LIGHTEST = 0.5;
const HEAVIEST = 3;

/** Share of the links that go to any earlier node, whatever its degree. */
const ANY_NODE_SHARE = 0.05;

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
  const sources = new Uint32Array(edges);
  const targets = new Uint32Array(edges);
  let made = 0;
  for (let node = 1; node < nodes; node++) {
    const due = Math.min(node, Math.round((edges * (node + 1)) / nodes) - made);
    const before = made;
    const chosen = new Set<number>();
    while (chosen.size < due) {
      // An end of a random edge is a node drawn by its degree. Any node now and then, so that none is left
      // out, and always when few are left to choose from.
      const anyNode = before === 0 || chosen.size * 2 > node || random() < ANY_NODE_SHARE;
      const ends = random() < 0.5 ? sources : targets;
      const drawn = anyNode ? Math.floor(random() * node) : (ends[Math.floor(random() * before)] as number);
      if (chosen.has(drawn)) continue;
      chosen.add(drawn);
      sources[made] = node;
      targets[made++] = drawn;
    }
  }
  return {
    sources: sources.subarray(0, made),
    targets: targets.subarray(0, made),
    weights: Float32Array.from({ length: made }, () => LIGHTEST + random() * (HEAVIEST - LIGHTEST)),
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
