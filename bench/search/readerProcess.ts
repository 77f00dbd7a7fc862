import { MemOS } from "../../memos/index.js";
import { PeakMemory } from "../memory.js";
import { serveTask } from "../process/task.js";
import type { Series, SeriesName } from "./questions.js";

export interface ReaderTask {
  readonly path: string;
  readonly tenant: string;
  readonly k: number;
  readonly series: Record<SeriesName, Series>;
  /** When the process was asked for, in milliseconds since the epoch. */
  readonly startedAt: number;
}

export interface ReaderOutcome {
  /** Start of the process, opening of the store and first answer together. */
  readonly firstSearchMs: number;
  readonly openMs: number;
  readonly milliseconds: Record<SeriesName, number[]>;
  /** Texts of each answer of the vector channel. */
  readonly nearest: string[][];
  /** The most that the process had resident. */
  readonly rssMB: number;
}

/** Questions asked before any is measured: what is measured is a process that has been running. */
const WARM_UP = 20;

async function read({ path, tenant, k, series, startedAt }: ReaderTask): Promise<ReaderOutcome> {
  using memory = new PeakMemory();
  const opening = performance.now();
  const memos = await MemOS.open({ path });
  const openMs = performance.now() - opening;
  const search = ({ channels }: Series, question: string) =>
    memos.search(question, { tenant }, channels === undefined ? { k } : { k, channels });
  await search(series.all, series.all.questions[0] ?? "");
  const firstSearchMs = Date.now() - startedAt;

  const kinds = Object.entries(series) as [SeriesName, Series][];
  const milliseconds: ReaderOutcome["milliseconds"] = {
    all: [],
    text: [],
    vector: [],
    exact: [],
    recency: [],
    graph: [],
  };
  const nearest: string[][] = [];
  const count = series.all.questions.length;
  for (let index = 0; index < WARM_UP; index++)
    for (const [, kind] of kinds) await search(kind, kind.questions[index % count] ?? "");
  // All kinds in turn, so that whatever else the machine does meets each of them.
  for (let index = 0; index < count; index++)
    for (const [name, kind] of kinds) {
      const started = performance.now();
      const { hits } = await search(kind, kind.questions[index] ?? "");
      milliseconds[name].push(performance.now() - started);
      if (name === "vector")
        nearest.push(
          hits.flatMap(({ cube }) => (cube.payload.kind === "plaintext" ? [cube.payload.text] : [])),
        );
    }
  await memos.close();
  return { firstSearchMs, openMs, milliseconds, nearest, rssMB: memory.megabytes };
}

serveTask(read);
