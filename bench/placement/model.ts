import { flushThreshold, WAITING_ENTRIES } from "../../memos/store/index/backlog.js";
import { CUBES_OF_A_NODE } from "./cluster.js";
import { COSTS, recallMs } from "./costs.js";
import { CUBES_OF_A_CHAT } from "./operation.js";
import {
  AGENT_SHARE,
  CUBES_OF_A_TENANT,
  CUBES_OF_AN_OWNER,
  populationOf,
  SESSIONS_A_DAY,
} from "./population.js";
import { BURST, BURST_ADDS, BUSIEST_HOUR, rateAt, TURNS } from "./synthetic.js";

/**
 * What one cube takes, in bytes. `ledger` is every table but vectors and graph, with its indexes; measured with
 * SQLite's `dbstat` and the sizes of files (docs/scale.md, Constants).
 */
export const BYTES = { ledger: 1_680, vectors: 1_370, graph: 40, index: 1_510 } as const;

/** Assumptions of Postgres and of object storage, each with its source in docs/scale.md. */
export const REMOTE = {
  /** Bytes on disk against those of SQLite: a row has a header of 23 bytes and a place of 4, pages are filled to 90 %. */
  heapFactor: 1.25,
  /** Log for each byte of heap and index that an add changes, full pages after a checkpoint included. */
  logFactor: 2,
  /** Row versions that become garbage with one add (outbox, neighbours in a session) and one recall (heat). */
  deadRowsOfAnAdd: 6,
  deadRowsOfARecall: 8,
  connectionsOfANode: 10,
  /** Files that a flush writes. */
  putsOfAFlush: 16,
  /** Entries that a flush moves when many tenants share a process, against the mean backlog: of the simulation. */
  largestBacklog: 3,
  getsOfAnOpen: 12,
  /** US dollars of 1,000 requests, and of a gigabyte in a month. */
  putDollars: 0.005,
  getDollars: 0.0004,
  gigabyteDollars: 0.023,
} as const;

/** Share of recalls whose partition must come from object storage (docs/scale.md, Simulated). */
export const COLD_OPENS = 0.05;

/** Of owners who chat, those that have a compiled state, and its tokens (docs/scale.md, A4). */
export const COMPILED_SHARE = 0.5;
export const STATE_TOKENS = 3_000;

/** What a deployment of so many cubes takes. Bytes are of all nodes together, rates those of the busiest hour. */
export interface Sizing {
  readonly cubes: number;
  readonly tenants: number;
  readonly owners: number;
  readonly nodes: number;
  readonly largestTenant: number;
  readonly gigabytes: {
    readonly ledger: number;
    readonly vectors: number;
    readonly graph: number;
    readonly index: number;
    readonly states: number;
    readonly postgres: number;
  };
  readonly perSecond: { readonly adds: number; readonly recalls: number };
  readonly recallMs: { readonly meanTenant: number; readonly largestTenant: number };
  readonly postgres: {
    readonly logMegabytesPerSecond: number;
    readonly connections: number;
    readonly deadRowsPerDay: number;
    /** How often autovacuum comes to the table of cubes, with its default of a fifth of the rows. */
    readonly daysBetweenVacuums: number;
  };
  readonly object: {
    readonly putsPerDay: number;
    readonly getsPerDay: number;
    readonly dollarsPerMonth: number;
  };
}

const GIGABYTE = 2 ** 30;
const SECONDS_OF_A_DAY = 86_400;
const DAYS_OF_A_MONTH = 30;
const VACUUM_SHARE = 0.2;

/** The model on paper: pure arithmetic over the constants above. */
export function sizing(cubes: number): Sizing {
  const { tenants } = populationOf(cubes);
  const owners = cubes / CUBES_OF_AN_OWNER;
  const nodes = Math.max(1, Math.ceil(cubes / CUBES_OF_A_NODE));
  const sessions = owners * SESSIONS_A_DAY;
  const chats = sessions * (1 - AGENT_SHARE) * TURNS;
  const bursts = sessions * AGENT_SHARE * BURST;
  const addsPerDay = chats * CUBES_OF_A_CHAT + bursts * BURST_ADDS;
  const recallsPerDay = chats + bursts * (1 - BURST_ADDS);
  const busiest = rateAt(BUSIEST_HOUR) / SECONDS_OF_A_DAY;
  const gigabytes = (bytes: number) => (cubes * bytes) / GIGABYTE;
  const relational = BYTES.ledger + BYTES.vectors + BYTES.graph;
  const deadRowsPerDay = addsPerDay * REMOTE.deadRowsOfAnAdd + recallsPerDay * REMOTE.deadRowsOfARecall;
  const backlog = (REMOTE.largestBacklog * WAITING_ENTRIES * nodes) / tenants.length;
  const putsPerDay = (addsPerDay / Math.min(flushThreshold(0), backlog)) * REMOTE.putsOfAFlush;
  const getsPerDay = recallsPerDay * COLD_OPENS * REMOTE.getsOfAnOpen;
  const dollarsOfRequests = (putsPerDay * REMOTE.putDollars + getsPerDay * REMOTE.getDollars) / 1_000;
  const largestTenant = tenants[0] as number;
  return {
    cubes,
    tenants: tenants.length,
    owners,
    nodes,
    largestTenant,
    gigabytes: {
      ledger: gigabytes(BYTES.ledger),
      vectors: gigabytes(BYTES.vectors),
      graph: gigabytes(BYTES.graph),
      index: gigabytes(BYTES.index),
      states:
        (owners * (1 - AGENT_SHARE) * COMPILED_SHARE * STATE_TOKENS * COSTS.kv.bytesPerToken) / GIGABYTE,
      postgres: gigabytes(relational * REMOTE.heapFactor),
    },
    perSecond: { adds: addsPerDay * busiest, recalls: recallsPerDay * busiest },
    recallMs: { meanTenant: recallMs(CUBES_OF_A_TENANT, 0), largestTenant: recallMs(largestTenant, 0) },
    postgres: {
      logMegabytesPerSecond: (addsPerDay * busiest * relational * REMOTE.heapFactor * REMOTE.logFactor) / 1e6,
      connections: nodes * REMOTE.connectionsOfANode,
      deadRowsPerDay,
      daysBetweenVacuums: (VACUUM_SHARE * cubes) / (recallsPerDay * REMOTE.deadRowsOfARecall),
    },
    object: {
      putsPerDay,
      getsPerDay,
      dollarsPerMonth: DAYS_OF_A_MONTH * dollarsOfRequests + gigabytes(BYTES.index) * REMOTE.gigabyteDollars,
    },
  };
}
