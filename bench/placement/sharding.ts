import { MinHeap } from "../../graph/heap.js";
import { hashOf } from "./random.js";

/** Which node each tenant is on, by its number. */
export type Assignment = Int32Array;

/** Says where tenants of these sizes go, with so many nodes. */
export type Sharding = (sizes: Float64Array, nodes: number) => Assignment;

/** By a hash of the tenant alone, modulo the number of nodes. */
export const byHash: Sharding = (sizes, nodes) =>
  Int32Array.from(sizes, (_, tenant) => hashOf(tenant) % nodes);

/** The largest first, each to the node that has least (Graham 1969): at most 4/3 of the best there is. */
export const largestFirst: Sharding = (sizes, nodes) => {
  const order = Array.from(sizes, (_, tenant) => tenant).sort(
    (a, b) => (sizes[b] as number) - (sizes[a] as number) || a - b,
  );
  const loads = new MinHeap<number>();
  for (let node = 0; node < nodes; node++) loads.push(0, node);
  const assignment = new Int32Array(sizes.length);
  for (const tenant of order) {
    const { key, value } = loads.pop() as { key: number; value: number };
    assignment[tenant] = value;
    loads.push(key + (sizes[tenant] as number), value);
  }
  return assignment;
};

/** Places of a node on the ring: with more, what is between two of them differs less. */
const PLACES = 128;

/** How far above the mean a node may be. */
export const BOUND = 0.1;

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam 2018): a tenant goes to the first node after
 * it on the ring that has room below (1 + `BOUND`) times the mean. The largest tenants choose first, so that one that
 * is larger than the room that is left finds some; one that is larger than any room goes to the emptiest node.
 */
export const boundedLoads: Sharding = (sizes, nodes) => {
  const ring = Array.from({ length: nodes * PLACES }, (_, place) => ({
    node: Math.floor(place / PLACES),
    at: hashOf(0x40000000 + place),
  })).sort((a, b) => a.at - b.at);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const most = ((1 + BOUND) * total) / nodes;
  const loads = new Float64Array(nodes);
  const assignment = new Int32Array(sizes.length);
  const order = Array.from(sizes, (_, tenant) => tenant).sort(
    (a, b) => (sizes[b] as number) - (sizes[a] as number) || a - b,
  );
  for (const tenant of order) {
    const size = sizes[tenant] as number;
    const node =
      roomAfter(ring, hashOf(tenant), (one) => (loads[one] as number) + size <= most) ?? emptiest(loads);
    assignment[tenant] = node;
    loads[node] = (loads[node] as number) + size;
  }
  return assignment;
};

export const SHARDINGS: Readonly<Record<string, Sharding>> = { byHash, largestFirst, boundedLoads };

function roomAfter(
  ring: readonly { readonly node: number; readonly at: number }[],
  hash: number,
  hasRoom: (node: number) => boolean,
): number | undefined {
  let low = 0;
  let high = ring.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ring[middle]?.at ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  for (let step = 0; step < ring.length; step++) {
    const node = ring[(low + step) % ring.length]?.node ?? 0;
    if (hasRoom(node)) return node;
  }
  return undefined;
}

function emptiest(loads: Float64Array): number {
  return loads.reduce((best, load, node) => (load < (loads[best] as number) ? node : best), 0);
}

export interface ShardingOutcome {
  /** The fullest node against the mean. */
  readonly imbalance: number;
  /** Cubes that change their node when one more is added, and when one goes, as shares of all. */
  readonly movedOnAdding: number;
  readonly movedOnRemoving: number;
  /** The least that could move: the share of the node that comes or goes. */
  readonly leastOnAdding: number;
  readonly leastOnRemoving: number;
}

/** What a way of sharding does to tenants of these sizes. */
export function outcomeOf(sharding: Sharding, sizes: Float64Array, nodes: number): ShardingOutcome {
  const now = sharding(sizes, nodes);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const loads = loadsOf(now, sizes, nodes);
  const moved = (other: Assignment) =>
    sizes.reduce((sum, size, tenant) => (now[tenant] === other[tenant] ? sum : sum + size), 0) / total;
  return {
    imbalance: (Math.max(...loads) * nodes) / total,
    movedOnAdding: moved(sharding(sizes, nodes + 1)),
    movedOnRemoving: nodes === 1 ? 0 : moved(sharding(sizes, nodes - 1)),
    leastOnAdding: 1 / (nodes + 1),
    leastOnRemoving: nodes === 1 ? 0 : (loads[nodes - 1] as number) / total,
  };
}

/** Cubes of each node. */
export function loadsOf(assignment: Assignment, sizes: Float64Array, nodes: number): Float64Array {
  const loads = new Float64Array(nodes);
  for (const [tenant, size] of sizes.entries()) {
    const node = assignment[tenant] as number;
    loads[node] = (loads[node] as number) + size;
  }
  return loads;
}
