import { MemosError } from "../../memcube/index.js";
import { type ClusterFigures, NODE, policies, summaryOf } from "./cluster.js";
import { simulateNode } from "./node.js";
import { CUBES_OF_A_CHAT, type RecordedOperation } from "./operation.js";
import type { Owner } from "./population.js";
import { DAY, type Operation, TURN_TOKENS } from "./synthetic.js";

/** An owner that has done nothing for so long begins a new session. */
const SESSION_REST_MS = 1_800_000;

export interface RecordedFigures extends Pick<ClusterFigures, "simulated" | "index" | "policies"> {
  readonly tenants: number;
  readonly owners: number;
  readonly cubes: number;
}

/** Operations as the simulator takes them, and who did them. Time begins with the first. */
export function replayable(trace: readonly RecordedOperation[]): {
  operations: Operation[];
  owners: Owner[];
} {
  const begin = Date.parse(trace[0]?.at ?? "");
  const tenants = new Map<string, number>();
  const places = new Map<string, { owner: number; last: number }>();
  const owners: Owner[] = [];
  const operations = trace.map(({ at: instant, tenant, user = "", kind, cubes, tokens, core }): Operation => {
    const at = Date.parse(instant) - begin;
    const number = tenants.get(tenant) ?? tenants.size;
    tenants.set(tenant, number);
    const name = JSON.stringify([tenant, user]);
    const place = places.get(name) ?? { owner: owners.length, last: Number.NEGATIVE_INFINITY };
    // What was there before the trace began is not known.
    if (!places.has(name)) owners.push({ tenant: number, cubes: 1, agent: false, sessionsPerDay: 0 });
    const first = at - place.last > SESSION_REST_MS;
    places.set(name, { owner: place.owner, last: at });
    return {
      at,
      owner: place.owner,
      kind,
      cubes: cubes ?? (kind === "add" ? 1 : kind === "chat" ? CUBES_OF_A_CHAT : 0),
      tokens: tokens ?? TURN_TOKENS,
      core: core ?? false,
      first,
    };
  });
  return { operations, owners };
}

/**
 * A recorded trace on one node under every policy, counted from its beginning.
 *
 * @throws MemosError INVALID_INPUT for a trace without operations.
 */
export async function simulateRecorded(
  trace: readonly RecordedOperation[],
  signal?: AbortSignal,
): Promise<RecordedFigures> {
  if (trace.length === 0) throw new MemosError("INVALID_INPUT", "The trace has no operations.");
  const { operations, owners } = replayable(trace);
  const settings = { ...NODE, owners, rows: new Map(), warmUpDays: 0, seed: 1, signal };
  const figures = await simulateNode(operations, settings, policies(NODE.states));
  const days = Math.max(figures.days, 1 / DAY);
  return {
    tenants: new Set(owners.map(({ tenant }) => tenant)).size,
    owners: owners.length,
    cubes: operations.reduce((sum, { cubes }) => sum + cubes, 0),
    ...summaryOf([{ ...figures, days }], 1),
  };
}
