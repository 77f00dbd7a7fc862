import type * as z from "zod";
import { type CubeId, MemosError, newCubeId, type Scope } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { newJob } from "../scheduler/jobs.js";
import { WAITING_JOBS } from "../scheduler/operations.js";
import { TRAIN_ADAPTER } from "../store/adapterLedger.js";
import type { Ledger } from "../store/ledger.js";
import type { AdapterStock } from "./adapterStock.js";
import type { AdapterTraining } from "./adapterTraining.js";
import { entryOf, type Learnable, sourcesOf } from "./learnable.js";
import { ADAPTER_LIMITS } from "./limits.js";
import type { adapterTrainOptionsSchema, TrainReceipt } from "./operations.js";
import { planAdapters } from "./trainingSet/index.js";

/** Times that a training is tried: each goes on where the last one stopped. */
const ATTEMPTS = 3;

export interface TrainingHost {
  readonly ledger: Ledger;
  readonly stock: AdapterStock;
  readonly training: AdapterTraining;
  now(): number;
  /** There is a job. */
  wake(): void;
}

/**
 * Notes an adapter that is to be trained, with the job that does it.
 *
 * @param choose the memories; asked once it is known that something can be trained.
 * @param replaces the adapter whose attachments it takes over when it is ready.
 * @throws MemosError as `Adapters.train` does.
 */
export async function beginTraining(
  host: TrainingHost,
  scope: Scope,
  wanted: z.output<typeof adapterTrainOptionsSchema>,
  choose: () => Promise<Learnable>,
  replaces: CubeId | null,
): Promise<TrainReceipt> {
  const started = performance.now();
  const { recipe, gates, paraphrase, retention, attach, scale, seconds, bytes, signal } = wanted;
  const { ledger, stock, training } = host;
  throwIfAborted(signal);
  const { engine, trainer } = training;
  if (recipe.method === "dora")
    throw new MemosError(
      "UNSUPPORTED",
      "No engine takes DoRA adapters: their magnitudes are not part of a GGUF. Train with `lora` or `rslora`.",
      { path: "recipe.method" },
    );
  const { ok, detail, remedy } = await trainer.check(signal);
  if (!ok) throw new MemosError("TRAINER_UNAVAILABLE", [detail, remedy].filter((part) => part).join(" "));
  const base = await stock.base(engine, signal);
  const { located, leftOut } = await choose();
  if (located.length === 0)
    throw new MemosError("INVALID_INPUT", `There is nothing to be learned here.${why(leftOut)}`, {
      path: "cubes",
    });
  if (located.length > ADAPTER_LIMITS.memories) {
    const groups = await planAdapters(await sourcesOf(ledger, scope, located, host.now()));
    throw new MemosError("TOO_LARGE", shortfall(located.length, groups.length), { path: "cubes" });
  }
  const adapter = newCubeId();
  const job = newJob(TRAIN_ADAPTER, { adapter }, scope, { attempts: ATTEMPTS }, host.now());
  const begun = await ledger.beginAdapter(
    {
      id: adapter,
      scope,
      base: base.sha256,
      request: {
        cubes: located.map(({ cube }) => entryOf(cube)),
        leftOut,
        recipe,
        gates,
        paraphrase,
        retention,
        limits: { seconds, bytes },
        ...(attach ? { attach: scale } : {}),
      },
      job: job.id as CubeId,
      replaces,
      createdAt: host.now(),
    },
    job,
    host.now(),
    WAITING_JOBS,
  );
  if (begun === undefined)
    throw new MemosError("CONFLICT", "A memory changed while it was read. Try it again.");
  host.wake();
  return {
    operation: "train",
    adapter,
    job: begun.id as CubeId,
    memories: located.length,
    leftOut: [...leftOut],
    milliseconds: performance.now() - started,
  };
}

/** Why one adapter does not take all that was asked for. */
export function shortfall(memories: number, groups: number): string {
  return memories === 0
    ? "There is nothing to be learned here."
    : `One adapter takes at most ${ADAPTER_LIMITS.memories} memories: these ${memories} are for ${groups} adapters.`;
}

function why(leftOut: Learnable["leftOut"]): string {
  if (leftOut.length === 0) return "";
  const reasons = [...new Set(leftOut.map(({ reason }) => reason))].sort().join(", ");
  return ` ${leftOut.length} were left out (${reasons}).`;
}
