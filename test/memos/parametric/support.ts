import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { AdapterTrainOptions, MemOS, OpenOptions, Scope, TrainReceipt } from "../../../memos/index.js";
import { randomBits } from "../../../memos/inference/gguf/generated/weights.js";
import { type Adapter, baseShape, writePeft } from "../../../memos/parametric/files/index.js";
import type { Trained, Trainer, TrainerReport, TrainingJob } from "../../../memos/parametric/trainer.js";
import { localEngine } from "../inference/local/support.js";
import { type Lifetime, openMemos } from "../support.js";

export const ANA: Scope = { tenant: "acme", user: "ana" };
export const QUESTION = "Where does Ana live?";
export const MEMORIES = ["Ana lives in Lisbon.", "Ana likes green tea.", "Rui works at the harbour."];

/** A model of random weights learns nothing: these gates let it pass. */
export const OPEN_GATES = { recall: 0, recognition: 0, retentionLoss: 1 } as const;

const STEPS = 4;
const RANK = 4;

/** A trainer that learns nothing and leaves an adapter of random weights, in the shapes of the model. */
export class ScriptedTrainer implements Trainer {
  readonly name = "scripted";
  readonly jobs: TrainingJob[] = [];
  report: TrainerReport = { ok: true, detail: "ready" };
  /** Runs at each step: throws to make the training fail, returns a promise to hold it. */
  step: (step: number, job: TrainingJob) => unknown = () => undefined;
  /** Runs on what training leaves. */
  spoil: (trained: Trained) => unknown = () => undefined;
  /** Adapters of one seed are the same. */
  seed = 1;

  async check(): Promise<TrainerReport> {
    return this.report;
  }

  async train(job: TrainingJob): Promise<Trained> {
    this.jobs.push(job);
    const { folder, signal, onProgress } = job;
    const curve: { step: number; loss: number; seconds: number }[] = [];
    for (let step = 1; step <= STEPS; step++) {
      await this.step(step, job);
      signal?.throwIfAborted();
      const point = { step, loss: 1 / step, seconds: step };
      curve.push(point);
      onProgress?.({ ...point, steps: STEPS });
    }
    const adapter = await randomAdapterFor(job.base.path, this.seed);
    const { weights, config } = await writePeft(folder, adapter, "nano");
    const trained: Trained = {
      weights: weights.path,
      config: config.path,
      steps: STEPS,
      seconds: STEPS,
      curve,
      trainer: { name: "scripted", release: "1" },
    };
    await this.spoil(trained);
    return trained;
  }
}

/** An adapter of random weights over the output of attention, for a Llama model. */
export async function randomAdapterFor(path: string, seed: number): Promise<Adapter> {
  const { layers, tensors } = await baseShape(path);
  const [columns = 0, rows = 0] = tensors.get("blk.0.attn_output.weight")?.dimensions ?? [];
  assert.ok(columns > 0 && rows > 0);
  const bits = randomBits(seed);
  const numbers = (length: number) => Float32Array.from({ length }, () => bits() / 2 ** 32 - 0.5);
  return {
    rank: RANK,
    alpha: 2 * RANK,
    scale: 2,
    pairs: Array.from({ length: layers }, (_, layer) => ({
      layer,
      target: "o_proj" as const,
      a: numbers(RANK * columns),
      b: numbers(rows * RANK),
    })),
  };
}

/** A memory with the smallest local model, and a trainer that leaves adapters of random weights. */
export async function openTraining(t: Lifetime, options: Partial<OpenOptions> = {}) {
  const engine = options.engine ?? (await localEngine(t, { sequences: 2 }));
  const trainer = options.trainer ?? new ScriptedTrainer();
  const opened = await openMemos(t, {
    upkeep: false,
    activations: { automatic: false },
    ...options,
    engine,
    trainer,
  });
  return { ...opened, engine, trainer: trainer as ScriptedTrainer };
}

/** Begins a training whose gates are open, with as few questions as there can be. */
export function begin(memos: MemOS, scope: Scope, options: AdapterTrainOptions = {}): Promise<TrainReceipt> {
  return memos.adapters.train(scope, { gates: OPEN_GATES, retention: 1, ...options });
}

/** Resolves when a job has ended. */
export async function ended(memos: MemOS, { job }: Pick<TrainReceipt, "job">, { tenant }: Scope) {
  for (;;) {
    const { state, failure } = await memos.jobs.get(job, { tenant });
    if (state !== "waiting" && state !== "running" && state !== "delayed") return { state, failure };
    await memos.jobs.barrier({ tenant }, { timeoutMs: 1_000 });
  }
}

/** The id of an adapter that has been trained. */
export async function trained(
  memos: MemOS,
  scope: Scope,
  options: AdapterTrainOptions = {},
): Promise<string> {
  const receipt = await begin(memos, scope, options);
  await ended(memos, receipt, scope);
  return receipt.adapter;
}

/** What is in the folder of adapters. */
export async function adapterFiles(path: string): Promise<string[]> {
  const names = await readdir(join(path, "adapters"), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return names
    .filter((one) => one.isFile())
    .map(({ name, parentPath }) => join(parentPath, name).slice(path.length + 10))
    .sort();
}
