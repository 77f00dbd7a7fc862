import { hundredths, seededRandom } from "../../eval/metrics/index.js";
import { COSTS } from "./costs.js";
import { Histogram } from "./histogram.js";
import type { IndexTier } from "./indexCache.js";
import { type NodeFigures, type PromptTier, simulateNode } from "./node.js";
import { type Owner, ownersOf, type Population, populationOf } from "./population.js";
import { seedOf } from "./random.js";
import {
  type Assignment,
  boundedLoads,
  loadsOf,
  outcomeOf,
  SHARDINGS,
  type ShardingOutcome,
} from "./sharding.js";
import { LruStates, NoStates, type StateCache, type StateSettings, TieredStates } from "./stateCache.js";
import { syntheticTrace } from "./synthetic.js";

/** Cubes of one node: what can be restored, rebuilt and moved within an hour or two (docs/scale.md). */
export const CUBES_OF_A_NODE = 20_000_000;

/** What a node has: a state of a few thousand tokens is tens of megabytes. */
export const NODE = {
  states: {
    fileBytes: 64 * 2 ** 30,
    compressedBytes: 64 * 2 ** 30,
    coldDays: 30,
    compressedShare: COSTS.kv.compressedShare,
    placement: {
      prefillMsPerToken: COSTS.kv.prefillMsPerToken,
      restoreMsPerMegabyte: COSTS.kv.restoreMsPerMegabyte,
    },
  },
  index: { bytesPerRow: 1_510, cacheBytes: 16 * 2 ** 30 },
  sequences: 16,
} as const;

/** Days until caches are warm, and days that are counted. */
export const WARM_UP_DAYS = 4;
export const COUNTED_DAYS = 3;

/** Nodes that are simulated: the fullest, and as many at random that there are this many. */
const NODES_SIMULATED = 3;

export const policies = (settings: StateSettings): Record<string, StateCache> => ({
  shipped: new TieredStates(settings),
  supersededDropped: new TieredStates(settings, false),
  lruOnly: new LruStates(settings),
  noTiers: new NoStates(),
});

/** A share or a mean over the sampled nodes, and how far it may be from that of all nodes (two standard errors). */
export interface Estimate {
  readonly value: number;
  readonly within: number;
}

export interface PolicyFigures {
  /** Shares of prompts by where their beginning was. */
  readonly tiers: Readonly<Record<PromptTier, Estimate>>;
  readonly firstTokenMs: { readonly p50: number; readonly p95: number; readonly mean: Estimate };
  /** Of one node, at the end. */
  readonly gigabytes: { readonly file: number; readonly compressed: number; readonly superseded: number };
  readonly compilesPerDay: number;
  readonly compileHoursPerDay: number;
}

export interface ClusterFigures {
  readonly cubes: number;
  readonly tenants: number;
  readonly nodes: number;
  readonly simulated: { readonly nodes: number; readonly operations: number; readonly days: number };
  readonly largestTenant: number;
  readonly sharding: Readonly<Record<string, ShardingOutcome>>;
  readonly index: {
    readonly tiers: Readonly<Record<IndexTier, Estimate>>;
    readonly recallMs: { readonly p50: number; readonly p95: number; readonly mean: Estimate };
    readonly localGigabytes: number;
    readonly flushesPerDay: number;
    /** Rows that a flush puts into a table, on average. */
    readonly rowsPerFlush: number;
  };
  readonly policies: Readonly<Record<string, PolicyFigures>>;
}

export interface ClusterOptions {
  readonly cubes: number;
  readonly days?: { readonly warmUp: number; readonly counted: number };
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
  readonly report: (line: string) => void;
}

/**
 * A deployment of so many cubes over a made-up history. Sharding and sizes are worked out for every tenant. Caches of
 * nodes do not meet, so some nodes are simulated whole, each operation of them, and stand for the others: what that
 * may be off by is told with each figure.
 */
export async function simulateCluster(options: ClusterOptions): Promise<ClusterFigures> {
  const { cubes, days = { warmUp: WARM_UP_DAYS, counted: COUNTED_DAYS }, seed = 1, signal, report } = options;
  const population = populationOf(cubes);
  const nodes = Math.max(1, Math.ceil(cubes / CUBES_OF_A_NODE));
  const assignment = boundedLoads(population.tenants, nodes);
  const loads = loadsOf(assignment, population.tenants, nodes);
  const chosen = chosenNodes(loads, seed);
  const figures: NodeFigures[] = [];
  for (const [place, node] of chosen.entries()) {
    report(`${cubes} cubes: node ${place + 1} of ${chosen.length}, ${days.warmUp + days.counted} days`);
    const { owners, rows } = inhabitants(population, assignment, node, seed);
    const trace = syntheticTrace(owners, days.warmUp + days.counted, seedOf(seed, 1_000 + node));
    const settings = { ...NODE, owners, rows, warmUpDays: days.warmUp, seed: seedOf(seed, node), signal };
    figures.push(await simulateNode(trace, settings, policies(NODE.states)));
  }
  const shardings = Object.entries(SHARDINGS).map(([name, sharding]) => [
    name,
    rounded(outcomeOf(sharding, population.tenants, nodes)),
  ]);
  return {
    cubes,
    tenants: population.tenants.length,
    nodes,
    largestTenant: population.tenants[0] as number,
    sharding: Object.fromEntries(shardings),
    ...summaryOf(figures, nodes),
  };
}

/** What nodes came to, as estimates for all of so many. */
export function summaryOf(
  figures: readonly NodeFigures[],
  nodes: number,
): Pick<ClusterFigures, "simulated" | "index" | "policies"> {
  const [first] = figures;
  const estimate = (of: (one: NodeFigures) => number) => estimateOf(figures.map(of), nodes);
  const average = (of: (one: NodeFigures) => number) => hundredths(estimate(of).value);
  const perDay = (of: (one: NodeFigures) => number) => average((one) => of(one) / Math.max(1e-9, one.days));
  const policy = (name: string, one: NodeFigures) => one.states[name] as NodeFigures["states"][string];
  return {
    simulated: {
      nodes: figures.length,
      operations: figures.reduce((sum, one) => sum + one.operations, 0),
      days: hundredths(Math.max(0, ...figures.map((one) => one.days))),
    },
    index: {
      tiers: sharesOf(figures, ({ indexTiers }) => indexTiers, nodes),
      recallMs: spreadOf(figures, ({ recall }) => recall, nodes),
      localGigabytes: average(({ index }) => index.localBytes / 2 ** 30),
      flushesPerDay: perDay(({ index }) => index.flushes),
      rowsPerFlush: average(({ index }) => index.flushed / Math.max(1, index.flushes)),
    },
    policies: Object.fromEntries(
      Object.keys(first?.states ?? {}).map((name): [string, PolicyFigures] => [
        name,
        {
          tiers: sharesOf(figures, (one) => policy(name, one).tiers, nodes),
          firstTokenMs: spreadOf(figures, (one) => policy(name, one).firstToken, nodes),
          gigabytes: {
            file: average((one) => policy(name, one).bytes.file / 2 ** 30),
            compressed: average((one) => policy(name, one).bytes.compressed / 2 ** 30),
            superseded: average((one) => policy(name, one).bytes.superseded / 2 ** 30),
          },
          compilesPerDay: perDay((one) => policy(name, one).compiled),
          compileHoursPerDay: perDay((one) => policy(name, one).compileMs / 3_600_000),
        },
      ]),
    ),
  };
}

/** The fullest node, and others at random. */
function chosenNodes(loads: Float64Array, seed: number): number[] {
  const random = seededRandom(seed);
  const byLoad = Array.from(loads, (_, node) => node).sort(
    (a, b) => (loads[b] as number) - (loads[a] as number),
  );
  const [fullest = 0, ...others] = byLoad;
  const chosen = [fullest];
  while (chosen.length < NODES_SIMULATED && others.length > 0)
    chosen.push(...others.splice(Math.floor(random() * others.length), 1));
  return chosen;
}

function inhabitants(
  { tenants }: Population,
  assignment: Assignment,
  node: number,
  seed: number,
): { owners: Owner[]; rows: Map<number, number> } {
  const owners: Owner[] = [];
  const rows = new Map<number, number>();
  for (const [tenant, size] of tenants.entries()) {
    if (assignment[tenant] !== node) continue;
    rows.set(tenant, size);
    for (const owner of ownersOf(tenant, size, seed)) owners.push(owner);
  }
  return { owners, rows };
}

/** The mean of the sampled nodes, with two standard errors of a sample without replacement from `nodes`. */
export function estimateOf(values: readonly number[], nodes: number): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, n);
  if (n >= nodes || n < 2) return { value: mean, within: 0 };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { value: mean, within: 2 * Math.sqrt((variance / n) * (1 - n / nodes)) };
}

function sharesOf<Tier extends string>(
  figures: readonly NodeFigures[],
  of: (one: NodeFigures) => Readonly<Record<Tier, number>>,
  nodes: number,
): Record<Tier, Estimate> {
  const names = Object.keys(figures[0] === undefined ? {} : of(figures[0])) as Tier[];
  const share = (one: NodeFigures, name: Tier) => {
    const counts = of(one);
    const all = names.reduce((sum, each) => sum + counts[each], 0);
    return all === 0 ? 0 : counts[name] / all;
  };
  const entries = names.map((name) => [
    name,
    roundedEstimate(
      estimateOf(
        figures.map((one) => share(one, name)),
        nodes,
      ),
    ),
  ]);
  return Object.fromEntries(entries) as Record<Tier, Estimate>;
}

function spreadOf(figures: readonly NodeFigures[], of: (one: NodeFigures) => Histogram, nodes: number) {
  const all = new Histogram();
  for (const one of figures) all.addAll(of(one));
  return {
    p50: hundredths(all.percentile(50)),
    p95: hundredths(all.percentile(95)),
    mean: roundedEstimate(
      estimateOf(
        figures.map((one) => of(one).mean),
        nodes,
      ),
    ),
  };
}

function roundedEstimate({ value, within }: Estimate): Estimate {
  return { value: thousandths(value), within: thousandths(within) };
}

function rounded(outcome: ShardingOutcome): ShardingOutcome {
  const entries = Object.entries(outcome).map(([name, value]) => [name, thousandths(value)]);
  return Object.fromEntries(entries) as unknown as ShardingOutcome;
}

function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
