import * as z from "zod";
import { MemOS } from "../../memos/index.js";
import { endWithParent } from "../process/parent.js";

export interface WorkerOrder {
  readonly path: string;
  /** What a job does: nothing, or a memory that is added under the job's own key. */
  readonly effect: "none" | "add";
}

export const KIND = "bench.effect";

/** Short, so that the jobs of a killed worker are soon taken over. */
const LEASE_MS = 1_000;

/** Works on jobs until it is killed, or nobody listens any more. */
async function work({ path, effect }: WorkerOrder): Promise<void> {
  const memos = await MemOS.open({ path });
  memos.jobs.handle(
    KIND,
    { input: z.strictObject({ number: z.int() }), concurrency: 256, leaseMs: LEASE_MS },
    async ({ number }, { scope, idempotencyKey }) => {
      if (effect === "add") await memos.add(`Effect of job ${number}.`, scope, { idempotencyKey });
    },
  );
  process.send?.("ready");
}

process.once("message", (order) => {
  work(order as WorkerOrder).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  });
});
endWithParent();
