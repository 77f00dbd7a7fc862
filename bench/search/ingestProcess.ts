import { MemOS } from "../../memos/index.js";
import { PeakMemory } from "../memory.js";
import { serveTask } from "../process/task.js";
import { type Tenant, textsOf } from "./texts.js";

export interface IngestTask {
  readonly path: string;
  readonly tenants: readonly Tenant[];
}

export interface IngestOutcome {
  readonly seconds: number;
  /** The most that the process had resident. */
  readonly rssMB: number;
}

async function ingest({ path, tenants }: IngestTask): Promise<IngestOutcome> {
  using memory = new PeakMemory();
  const memos = await MemOS.open({ path });
  const started = performance.now();
  for (const tenant of tenants)
    for await (const { skipped } of memos.addMany(textsOf(tenant), { tenant: tenant.name }))
      if (skipped[0] !== undefined) throw new Error(`a text was not stored: ${skipped[0].reason}`);
  await memos.settled();
  const seconds = (performance.now() - started) / 1000;
  await memos.close();
  return { seconds, rssMB: memory.megabytes };
}

serveTask(ingest);
