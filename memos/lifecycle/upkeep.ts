import * as z from "zod";
import type { Jobs } from "../scheduler/jobs.js";
import type { JobLedger } from "../store/jobLedger.js";
import type { Forgetting } from "./forgetting/forgetting.js";
import type { Lifecycle } from "./lifecycle.js";

/** How often time's work is written down; what is due is not found meanwhile either. */
export const UPKEEP_EVERY_MS = 60_000;

const UPKEEP = "memos.upkeep";

/** The system itself has no tenant: its jobs are in nobody's list. */
const SYSTEM = { tenant: "" };

/** Has one process at a time record what time has done: expiry, archiving, purges, old jobs, cold adapters. */
export function scheduleUpkeep(
  jobs: Jobs,
  ledger: JobLedger,
  lifecycle: Lifecycle,
  forgetting: Forgetting,
  adapters: { detachCold(): Promise<readonly string[]> },
): Promise<void> {
  jobs.handle(UPKEEP, { input: z.strictObject({}), concurrency: 1 }, async (_, { signal }) => ({
    ...(await lifecycle.sweep(signal)),
    ...(await forgetting.catchUp(signal)),
    tidied: await jobs.tidy(),
    detached: (await adapters.detachCold()).length,
  }));
  return ledger.saveSchedule({
    name: "upkeep",
    scope: SYSTEM,
    kind: UPKEEP,
    input: {},
    everyMs: UPKEEP_EVERY_MS,
    nextAt: Date.now(),
  });
}
