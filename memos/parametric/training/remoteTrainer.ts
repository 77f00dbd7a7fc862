import { MemosError } from "../../../memcube/index.js";
import type { Trained, Trainer, TrainerReport, TrainingJob } from "../trainer.js";

export interface RemoteTrainerOptions {
  /** Address of `memos_trainer serve`: https, or this machine. */
  readonly url: string;
  readonly apiKey: string;
  /** Allows http to another machine: the key and the memories go over the network as they are. */
  readonly allowInsecure?: boolean | undefined;
}

/** Trains on a server that runs `memos_trainer serve`. */
export class RemoteTrainer implements Trainer {
  readonly name = "remote";

  constructor(readonly options: RemoteTrainerOptions) {}

  async check(_signal?: AbortSignal): Promise<TrainerReport> {
    return { ok: false, detail: "not there yet" };
  }

  async train(_job: TrainingJob): Promise<Trained> {
    throw new MemosError("TRAINER_UNAVAILABLE", "Training is not there yet.");
  }
}
