import { resolve } from "node:path";
import type { Trained, Trainer, TrainerReport, TrainingJob } from "../trainer.js";
import { readTrained, removeInputs, writeJob } from "./jobFolder.js";
import { reportPython } from "./pythonReport.js";
import { trainerEnvironment } from "./trainerPackage.js";
import { runTrainer, TRAINER_SUPERVISION, type TrainerSupervision } from "./trainerProcess.js";

export interface PythonTrainerOptions {
  /** The interpreter, as `findPython` returns it. */
  readonly python: string;
  /** Threads that training uses; by default what is available. The same number gives the same adapter. */
  readonly threads?: number | undefined;
  /** Seconds between two checkpoints; 0 makes one after each step. */
  readonly checkpointSeconds?: number | undefined;
}

const CHECKPOINT_SECONDS = 30;

/** Trains in a Python process on this machine. */
export class PythonTrainer implements Trainer {
  readonly name = "python";
  readonly #options: PythonTrainerOptions;
  readonly #supervision: TrainerSupervision;

  constructor(options: PythonTrainerOptions, supervision: Partial<TrainerSupervision> = {}) {
    this.#options = options;
    this.#supervision = { ...TRAINER_SUPERVISION, ...supervision };
  }

  async check(signal?: AbortSignal): Promise<TrainerReport> {
    return reportPython(this.#options.python, signal);
  }

  /** After success only the artefacts are left in the folder: examples and checkpoints hold memories too. */
  async train(job: TrainingJob): Promise<Trained> {
    const { python, threads, checkpointSeconds = CHECKPOINT_SECONDS } = this.#options;
    await writeJob(job, checkpointSeconds);
    await runTrainer(
      {
        python,
        arguments: [
          ...["-m", "memos_trainer", "train", resolve(job.folder), "--attended"],
          ...(threads === undefined ? [] : ["--threads", String(threads)]),
        ],
        environment: trainerEnvironment(threads),
        limits: job.limits,
        signal: job.signal,
        onEvent: (event) => {
          if (event.event !== "progress") return;
          const { event: _, ...point } = event;
          job.onProgress?.(point);
        },
      },
      this.#supervision,
    );
    const trained = await readTrained(job.folder, this.name);
    await removeInputs(job.folder);
    return trained;
  }
}
