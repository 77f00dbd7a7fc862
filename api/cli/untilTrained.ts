import { MemosError, type Scope } from "../../memcube/index.js";
import type { AdapterView, MemOS } from "../../memos/index.js";
import { withProgress } from "./progress.js";

/** How often it is looked how far a training is, at least. */
const LOOK_MS = 500;

/**
 * Waits for the end of a training, in this process or another one, and shows how far it is.
 *
 * @throws MemosError ABORTED: the training is left as it is, for whoever goes on with it; NOT_FOUND.
 */
export async function untilTrained(
  memos: MemOS,
  id: string,
  scope: Scope,
  signal: AbortSignal,
): Promise<AdapterView> {
  return withProgress(async (progress) => {
    for (;;) {
      const adapter = await memos.adapters.get(id, scope);
      if (adapter.state !== "training") return adapter;
      const job = await memos.jobs.get(adapter.job, scope);
      progress.update(stepText(adapter.curve), Math.round(100 * job.progress), 100);
      await memos.jobs.barrier(scope, { timeoutMs: LOOK_MS, signal }).catch((cause: unknown) => {
        if (!signal.aborted) throw cause;
        throw new MemosError(
          "ABORTED",
          `The training is left: \`memos adapters wait ${id}\` goes on with it, \`memos adapters revoke ${id}\` gives it up.`,
          { cause },
        );
      });
    }
  });
}

function stepText(curve: AdapterView["curve"]): string {
  const last = curve.at(-1);
  return last === undefined ? "training" : `step ${last.step}, loss ${last.loss.toFixed(3)}`;
}
