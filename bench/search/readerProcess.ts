import { MemOS } from "../../memos/index.js";
import { timed } from "../latency.js";
import { PeakMemory } from "../memory.js";
import { serveTask } from "../process/task.js";
import type { Series, SeriesName } from "./questions.js";

export interface ReaderTask {
  readonly path: string;
  /** Tenants that are asked in turn, each its own questions of the same kinds. */
  readonly asked: readonly Asked[];
  readonly k: number;
  /** When the process was asked for, in milliseconds since the epoch. */
  readonly startedAt: number;
}

export interface Asked {
  readonly tenant: string;
  readonly series: Readonly<Partial<Record<SeriesName, Series>>>;
}

export interface ReaderOutcome {
  /** Start of the process, opening of the store and first answer together. */
  readonly firstSearchMs: number;
  readonly openMs: number;
  readonly milliseconds: Record<SeriesName, number[]>;
  /** Milliseconds of the first question to each tenant after the first, whose index is opened for it. */
  readonly firstOfTenant: number[];
  /** Texts of each answer of the vector channel, by tenant. */
  readonly nearest: string[][][];
  /** The most that the process had resident. */
  readonly rssMB: number;
}

/** Questions asked before any is measured: what is measured is a process that has been running. */
const WARM_UP = 20;

async function read({ path, asked, k, startedAt }: ReaderTask): Promise<ReaderOutcome> {
  using memory = new PeakMemory();
  const opening = performance.now();
  const memos = await MemOS.open({ path });
  const openMs = performance.now() - opening;
  const search = (tenant: string, { channels }: Series, question: string) =>
    memos.search(question, { tenant }, channels === undefined ? { k } : { k, channels });
  const [first, ...others] = asked.map(({ tenant, series }) => async () => {
    const [kind] = kindsOf(series);
    if (kind !== undefined) await search(tenant, kind[1], kind[1].questions[0] ?? "");
  });
  await first?.();
  const firstSearchMs = Date.now() - startedAt;
  const firstOfTenant: number[] = [];
  for (const ask of others) firstOfTenant.push(await timed(ask));

  const milliseconds: ReaderOutcome["milliseconds"] = {
    all: [],
    text: [],
    vector: [],
    exact: [],
    recency: [],
    graph: [],
  };
  const nearest: string[][][] = asked.map(() => []);
  for (let index = 0; index < WARM_UP; index++) {
    const { tenant, series } = asked[index % asked.length] as Asked;
    for (const [, kind] of kindsOf(series))
      await search(tenant, kind, kind.questions[index % kind.questions.length] ?? "");
  }
  // All kinds and all tenants in turn, so that whatever else the machine does meets each of them.
  const rounds = Math.max(
    ...asked.flatMap(({ series }) => kindsOf(series).map(([, k]) => k.questions.length)),
  );
  for (let index = 0; index < rounds; index++)
    for (const [place, { tenant, series }] of asked.entries())
      for (const [name, kind] of kindsOf(series)) {
        const question = kind.questions[index];
        if (question === undefined) continue;
        const started = performance.now();
        const { hits } = await search(tenant, kind, question);
        milliseconds[name].push(performance.now() - started);
        if (name === "vector")
          nearest[place]?.push(
            hits.flatMap(({ cube }) => (cube.payload.kind === "plaintext" ? [cube.payload.text] : [])),
          );
      }
  await memos.close();
  return { firstSearchMs, openMs, milliseconds, firstOfTenant, nearest, rssMB: memory.megabytes };
}

function kindsOf(series: Asked["series"]): [SeriesName, Series][] {
  return Object.entries(series) as [SeriesName, Series][];
}

serveTask(read);
