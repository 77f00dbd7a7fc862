import type { Scope } from "../../../memcube/index.js";
import type { AddProgress, MemOS } from "../../../memos/index.js";
import type { ImportLine } from "./readLines.js";

const BATCH = 1_000;

interface LineReason {
  readonly line: number;
  readonly reason: string;
}

export interface LinesReport {
  readonly added: number;
  readonly duplicates: number;
  /** Well-formed lines that the store did not take, as a cube that it holds already. */
  readonly skipped: readonly LineReason[];
  /** Lines that are neither an exported cube nor a memory. */
  readonly rejected: readonly LineReason[];
}

type Storable = Exclude<ImportLine, { kind: "rejected" }>;

/** Imports lines in their order; a line that is no good does not stop the ones after it. */
export async function importLines(
  memos: MemOS,
  lines: AsyncIterable<ImportLine>,
  scope: Scope,
  options: { signal: AbortSignal; onLine: (line: number) => void },
): Promise<LinesReport> {
  const { signal, onLine } = options;
  const rejected: LineReason[] = [];
  const skipped: LineReason[] = [];
  let added = 0;
  let duplicates = 0;

  let batch: Storable[] = [];
  const flush = async () => {
    const steps = await store(memos, batch, scope, signal);
    // Counts run on from step to step, what was skipped is told once.
    added += steps.at(-1)?.added ?? 0;
    duplicates += steps.at(-1)?.duplicates ?? 0;
    for (const { index, reason } of steps.flatMap((step) => step.skipped))
      skipped.push({ line: batch[index]?.line ?? 0, reason });
    onLine(batch.at(-1)?.line ?? 0);
    batch = [];
  };

  for await (const item of lines) {
    signal.throwIfAborted();
    if (item.kind === "rejected") rejected.push({ line: item.line, reason: item.reason });
    else {
      if (batch.length === BATCH || (batch[0] !== undefined && batch[0].kind !== item.kind)) await flush();
      batch.push(item);
    }
  }
  if (batch.length > 0) await flush();
  return { added, duplicates, skipped, rejected };
}

/** A batch holds one kind only. */
async function store(
  memos: MemOS,
  batch: readonly Storable[],
  scope: Scope,
  signal: AbortSignal,
): Promise<AddProgress[]> {
  const cubes = batch.flatMap((item) => (item.kind === "cube" ? [item.cube] : []));
  const memories = batch.flatMap((item) => (item.kind === "memory" ? [item.memory] : []));
  const progress =
    cubes.length > 0 ? memos.import(cubes, scope, { signal }) : memos.addMany(memories, scope, { signal });
  const steps: AddProgress[] = [];
  for await (const step of progress) steps.push(step);
  return steps;
}
