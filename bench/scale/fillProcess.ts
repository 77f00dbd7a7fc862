import { loadavg } from "node:os";
import { setTimeout as after } from "node:timers/promises";
import pLimit from "p-limit";
import { MemOS } from "../../memos/index.js";
import { timed } from "../latency.js";
import { PeakMemory } from "../memory.js";
import { serveTask } from "../process/task.js";
import { seldom } from "../progress.js";
import { syntheticText } from "../text.js";

export interface FillTask {
  readonly path: string;
  /** Each a tenant and the seed of its first text. Tenants grow side by side. */
  readonly tenants: readonly { readonly name: string; readonly firstText: number }[];
  /** Cubes of all tenants together at the end of each slice, ascending. What is there already is not added again. */
  readonly slices: readonly number[];
  /** Cubes added one by one in the end, over all tenants in turn. */
  readonly singles: number;
}

export interface Slice {
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
  /** Of the machine at the end of the slice, over one minute. */
  readonly loadAverage: number;
}

export interface FillOutcome {
  /** Those in which something was added; in the last the work on the index that was still to be done as well. */
  readonly slices: Slice[];
  readonly addMilliseconds: number[];
  /** Cubes of each tenant at the end. */
  readonly cubes: number[];
  /** The most that the process had resident. */
  readonly rssMB: number;
}

/** Tenants that are written to at once, each by one client: what one waits for is time for the other. */
const STREAMS = 2;

/** By then the versions of the index that nobody reads any more have been let go, where a tenant has a table. */
const REST_MS = 10_000;
const CUBES_OF_TABLE = 256;

async function fill({ path, tenants, slices, singles }: FillTask, report: (line: string) => void) {
  using memory = new PeakMemory();
  const memos = await MemOS.open({ path });
  const cubes: number[] = [];
  for (const { name } of tenants) cubes.push((await memos.governance.quota(name)).usage.cubes);
  const said = seldom(report);
  const sum = () => cubes.reduce((total, count) => total + count, 0);
  const done: Slice[] = [];
  for (const [place, to] of slices.entries()) {
    const from = sum();
    if (from >= to) continue;
    const started = performance.now();
    const atOnce = pLimit(STREAMS);
    const streams = tenants.map(({ name, firstText }, index) =>
      atOnce(async () => {
        const known = cubes[index] as number;
        const target = Math.ceil(to / tenants.length);
        const texts = function* () {
          for (let at = known; at < target; at++) yield syntheticText(firstText + at);
        };
        for await (const { added, skipped } of memos.addMany(texts(), { tenant: name })) {
          if (skipped[0] !== undefined) throw new Error(`a text was not stored: ${skipped[0].reason}`);
          cubes[index] = known + added;
          said(() => `took in ${sum()} of ${slices.at(-1)}`);
        }
      }),
    );
    await Promise.all(streams);
    if (place === slices.length - 1) await memos.settled();
    const seconds = (performance.now() - started) / 1000;
    done.push({ from, to: sum(), seconds, loadAverage: loadavg()[0] as number });
    report(`took in ${sum()} of ${slices.at(-1)}: ${Math.round((sum() - from) / seconds)} a second`);
  }
  // A search opens the tenant's index: from then on every add has to keep it up to date.
  for (const { name } of tenants) await memos.search("what is there to know", { tenant: name }, { k: 1 });
  const addMilliseconds: number[] = [];
  for (let at = 0; at < singles; at++) {
    const index = at % tenants.length;
    const { name, firstText } = tenants[index] as FillTask["tenants"][number];
    const text = syntheticText(firstText + (cubes[index] as number));
    addMilliseconds.push(await timed(() => memos.add(text, { tenant: name })));
    cubes[index] = (cubes[index] as number) + 1;
  }
  await memos.settled();
  if (Math.max(...cubes) >= CUBES_OF_TABLE) {
    await after(REST_MS);
    await memos.settled();
  }
  await memos.close();
  return { slices: done, addMilliseconds, cubes, rssMB: memory.megabytes };
}

serveTask<FillTask, FillOutcome>(fill);
