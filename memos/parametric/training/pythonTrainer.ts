import { MemosError } from "../../../memcube/index.js";
import type { Trained, Trainer, TrainerReport, TrainingJob } from "../trainer.js";

export interface PythonTrainerOptions {
  /** The interpreter, as `findPython` returns it. */
  readonly python: string;
  /** Threads that training uses; by default what is available. */
  readonly threads?: number | undefined;
}

/** Trains in a Python process on this machine. */
export class PythonTrainer implements Trainer {
  readonly name = "python";

  constructor(readonly options: PythonTrainerOptions) {}

  async check(_signal?: AbortSignal): Promise<TrainerReport> {
    return { ok: false, detail: "not there yet" };
  }

  async train(_job: TrainingJob): Promise<Trained> {
    throw new MemosError("TRAINER_UNAVAILABLE", "Training is not there yet.");
  }
}
