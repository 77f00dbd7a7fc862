import type { TrainingPoint } from "./manifest.js";
import type { Recipe } from "./recipe.js";

/** A conversation in the model's tokens; the loss is taken over those from `learnFrom` on. */
export interface TokenExample {
  readonly tokens: readonly number[];
  readonly learnFrom: number;
}

export interface TrainingJob {
  /** Equal for equal jobs: work under the same name goes on where it stopped. */
  readonly id: string;
  /** The GGUF file that the engine runs. */
  readonly base: { readonly path: string; readonly sha256: string };
  readonly recipe: Recipe;
  readonly train: readonly TokenExample[];
  /** Never learned from; its loss is reported. */
  readonly heldOut: readonly TokenExample[];
  readonly limits: { readonly seconds: number; readonly bytes: number };
  /** A folder for everything that the job leaves: kept after a failure, so that it can go on. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((point: TrainingPoint & { readonly steps: number }) => void) | undefined;
}

/** What training made, in the job's folder. Nobody has checked it yet. */
export interface Trained {
  /** PEFT's two files. */
  readonly weights: string;
  readonly config: string;
  readonly steps: number;
  readonly seconds: number;
  readonly curve: readonly TrainingPoint[];
  readonly trainer: { readonly name: string; readonly release: string };
}

/** Whether a trainer can work here, and if not, what to do. */
export interface TrainerReport {
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

/** Something that trains adapters: a Python process here, or a server elsewhere. */
export interface Trainer {
  readonly name: string;
  check(signal?: AbortSignal): Promise<TrainerReport>;
  /**
   * @throws MemosError TRAINER_UNAVAILABLE where it cannot work, TRAINING_FAILED when it dies, hangs, exceeds its
   * limits or leaves something else than an adapter, ABORTED.
   */
  train(job: TrainingJob): Promise<Trained>;
}
