import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../eval/metrics/index.js";
import { MemosError, textOf } from "../memcube/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { MemOS, type Scope } from "../memos/index.js";
import { KIND } from "./jobs/workerProcess.js";
import { type Latency, latencyOf, middle } from "./latency.js";
import type { ServerOrder, ServerReply } from "./load/serverProcess.js";
import { keepKilling, type Mortal } from "./nodes/mortal.js";
import { startWorker } from "./nodes/worker.js";
import { Child } from "./process/child.js";
import { type Report, seldom } from "./progress.js";
import { withTemporaryFolder } from "./temporaryFolder.js";

const SERVER = new URL("./load/serverProcess.js", import.meta.url);

const NODES = 2;
const WORKERS = 2;
const CLIENTS = 8;

/** Milliseconds: a node is there for its clients most of the time, a worker dies in the middle of its work. */
const NODE_LIFE = { least: 8_000, more: 20_000 };
const WORKER_LIFE = { least: 2_000, more: 6_000 };

/** Jobs are given out while fewer wait: at the end all of them are waited for. */
const JOBS_AT_ONCE = 20;
const JOBS_WAITING = 40;
const JOBS_EVERY_MS = 1_000;

const USER = "nodes";
const MEMORIES: Scope = { tenant: "local", user: USER };
const EFFECTS: Scope = { tenant: "effects" };

/** How long a client waits before it tries a call again that no node has answered. */
const AGAIN_MS = 100;

export interface NodesBenchOptions {
  readonly seconds: number;
  /** Address of a Postgres ledger that nobody else uses. */
  readonly ledger: string;
  readonly signal?: AbortSignal;
}

export interface NodesBenchResult {
  readonly seconds: number;
  readonly killedNodes: number;
  readonly killedWorkers: number;
  readonly acknowledged: number;
  /** Of the acknowledged writes: not there at the end, there twice. */
  readonly lost: number;
  readonly duplicated: number;
  /** Asked for through another node as soon as they were acknowledged: how many, and how many of them not found. */
  readonly askedElsewhere: number;
  readonly notFoundElsewhere: number;
  /** Calls that a killed node left without an answer, and that were sent again. */
  readonly sentAgain: number;
  readonly jobs: number;
  readonly jobsLost: number;
  readonly jobsRepeated: number;
  readonly add: Latency;
  /** The same adds one after the other through one node that nobody kills. */
  readonly baseline: { readonly addP50ms: number };
}

/** A node of the API, in a process of its own. */
class Node implements Mortal {
  readonly ready: Promise<string>;
  readonly ended: Promise<unknown>;
  readonly #child: Child<ServerOrder, ServerReply>;

  constructor(path: string, ledger: string) {
    let listening: (address: string) => void = () => undefined;
    this.ready = new Promise((resolve) => {
      listening = resolve;
    });
    this.#child = new Child(SERVER, (reply) => reply.kind === "listening" && listening(reply.address), {
      MEMOS_LEDGER: ledger,
    });
    this.ended = this.#child.ended;
    this.#child.send({ kind: "open", path, memories: 1, user: "somebody else" });
  }

  kill(): Promise<void> {
    return this.#child.kill();
  }

  release(): Promise<void> {
    return this.#child.release();
  }
}

/** What the clients saw, all of them together. */
class Seen {
  readonly acknowledged = new Map<string, string>();
  readonly addMs: number[] = [];
  sentAgain = 0;
  askedElsewhere = 0;
  readonly notFound: string[] = [];
}

async function post(address: string, path: string, body: object, key?: string): Promise<unknown> {
  const response = await fetch(`${address}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(key === undefined ? {} : { "idempotency-key": key }),
    },
    body: JSON.stringify({ scope: { user: USER }, ...body }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

async function add(address: string, token: string): Promise<string> {
  const { written } = (await post(
    address,
    "/v1/memories",
    { input: `The parcel ${token} has arrived.` },
    token,
  )) as {
    written: { id: string }[];
  };
  const [cube] = written;
  if (cube === undefined) throw new MemosError("INTERNAL", `Nothing was written of ${token}.`);
  return cube.id;
}

/** Adds under a key until a node acknowledges it, and looks for it through another node at once. */
async function runClient(
  addresses: (string | undefined)[],
  random: () => number,
  seen: Seen,
  until: AbortSignal,
) {
  const pick = () => Math.floor(random() * addresses.length);
  while (!until.aborted) {
    const token = `p${randomUUID().replaceAll("-", "")}`;
    for (let tried = 0; ; tried++) {
      const at = pick();
      const address = addresses[at];
      const started = performance.now();
      try {
        if (address === undefined) throw new Error("The node is being started.");
        const id = await add(address, token);
        if (tried === 0) seen.addMs.push(performance.now() - started);
        seen.acknowledged.set(token, id);
        await look(addresses, at, token, id, seen);
        break;
      } catch {
        if (address !== undefined) seen.sentAgain++;
        await sleep(AGAIN_MS);
      }
    }
  }
}

async function look(
  addresses: readonly (string | undefined)[],
  wroteAt: number,
  token: string,
  id: string,
  seen: Seen,
): Promise<void> {
  const other = addresses.find((address, at) => at !== wroteAt && address !== undefined);
  if (other === undefined) return;
  let found: { hits: { cube: { id: string } }[] };
  try {
    found = (await post(other, "/v1/search", { query: token, k: 3 })) as typeof found;
  } catch {
    // The other node was killed meanwhile: it could not be asked.
    return;
  }
  seen.askedElsewhere++;
  if (!found.hits.some(({ cube }) => cube.id === id)) seen.notFound.push(token);
}

/** Two nodes and two workers on one ledger, killed at random under load: is anything lost, or done twice? */
export function runNodesBench(options: NodesBenchOptions, report: Report): Promise<NodesBenchResult> {
  return withTemporaryFolder(async (folder) => {
    const { seconds, ledger, signal } = options;
    const path = join(folder, "store");
    const memos = await MemOS.open({ path, ledger });
    const say = seldom(report);
    try {
      const baseline = await alone(path, ledger);
      const [peaceful, over] = [new AbortController(), new AbortController()];
      const stopped = signal === undefined ? [] : [signal];
      const until = {
        peace: AbortSignal.any([peaceful.signal, ...stopped]),
        end: AbortSignal.any([over.signal, ...stopped]),
      };
      const addresses: (string | undefined)[] = Array.from({ length: NODES });
      const seen = new Seen();
      const random = seededRandom(seconds);
      const nodes = Promise.all(
        addresses.map((_, at) =>
          keepKilling(
            () => {
              const node = new Node(path, ledger);
              node.ready.then((address) => {
                addresses[at] = address;
              });
              node.ended.then(() => {
                addresses[at] = undefined;
              });
              return node;
            },
            NODE_LIFE,
            random,
            until,
          ),
        ),
      );
      const workers = Promise.all(
        Array.from({ length: WORKERS }, () =>
          keepKilling(() => startWorker(path, { MEMOS_LEDGER: ledger }), WORKER_LIFE, random, until),
        ),
      );
      // The clients end before the nodes do, so that the last write finds one to answer.
      const clientsEnd = new AbortController();
      const clients = Promise.all(
        Array.from({ length: CLIENTS }, () => runClient(addresses, random, seen, clientsEnd.signal)),
      );
      let jobs = 0;
      const end = performance.now() + seconds * 1_000;
      while (performance.now() < end && signal?.aborted !== true) {
        const { open } = await memos.jobs.barrier(EFFECTS, { timeoutMs: 0 });
        if (open < JOBS_WAITING) {
          await memos.jobs.enqueueAll(
            Array.from({ length: JOBS_AT_ONCE }, (_, index) => ({
              kind: KIND,
              input: { number: jobs + index },
              options: { attempts: 100 },
            })),
            EFFECTS,
          );
          jobs += JOBS_AT_ONCE;
        }
        say(() => `${seen.acknowledged.size} writes acknowledged, ${jobs} jobs`);
        await sleep(JOBS_EVERY_MS);
      }
      peaceful.abort();
      clientsEnd.abort();
      await clients;
      while ((await memos.jobs.barrier(EFFECTS, { timeoutMs: 1_000 })).open > 0) throwIfAborted(signal);
      over.abort();
      const [killedNodes, killedWorkers] = (await Promise.all([nodes, workers])).map((kills) =>
        kills.reduce((sum, each) => sum + each, 0),
      ) as [number, number];
      throwIfAborted(signal);
      const parcels = await idsByText(memos, MEMORIES);
      const effects = await idsByText(memos, EFFECTS);
      const of = (token: string) => parcels.get(`The parcel ${token} has arrived.`) ?? [];
      return {
        seconds,
        killedNodes,
        killedWorkers,
        acknowledged: seen.acknowledged.size,
        lost: [...seen.acknowledged].filter(([token, id]) => !of(token).includes(id)).length,
        duplicated: [...seen.acknowledged.keys()].filter((token) => of(token).length > 1).length,
        askedElsewhere: seen.askedElsewhere,
        notFoundElsewhere: seen.notFound.length,
        sentAgain: seen.sentAgain,
        jobs,
        jobsLost: jobs - effects.size,
        jobsRepeated: [...effects.values()].filter((ids) => ids.length > 1).length,
        add: latencyOf(seen.addMs),
        baseline,
      };
    } finally {
      await memos.close();
    }
  });
}

async function idsByText(memos: MemOS, scope: Scope): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const { cube } of memos.export(scope)) {
    const text = textOf(cube) ?? "";
    found.set(text, [...(found.get(text) ?? []), cube.id]);
  }
  return found;
}

const BASELINE_ADDS = 200;

async function alone(path: string, ledger: string): Promise<{ addP50ms: number }> {
  const node = new Node(path, ledger);
  try {
    const address = await node.ready;
    const took: number[] = [];
    for (let turn = 0; turn < BASELINE_ADDS; turn++) {
      const started = performance.now();
      await post(address, "/v1/memories", {
        input: `Turn ${turn} of nobody else.`,
        scope: { user: "alone" },
      });
      took.push(performance.now() - started);
    }
    return { addP50ms: middle(took) };
  } finally {
    await node.release();
  }
}
