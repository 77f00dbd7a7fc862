import { MemosError } from "../../../memcube/index.js";
import type { TrainerReport } from "../trainer.js";

/** An interpreter that has everything that training needs. */
export interface PythonEnvironment {
  /** The interpreter of the virtual environment. */
  readonly python: string;
  /** The folder that the virtual environment is in, named after the locked requirements. */
  readonly folder: string;
}

export interface PrepareOptions {
  /** The cache folder; the environment gets a folder of its own in it. */
  readonly folder: string;
  /** The interpreter that it is made with: 3.10 to 3.13. By default the first of `python3`, `python` that fits. */
  readonly python?: string | undefined;
  /** Where PyTorch alone comes from, as `https://download.pytorch.org/whl/cpu`; by default PyPI. */
  readonly torchIndex?: string | undefined;
  /** A line for a person. */
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The environment in the cache folder, if it is complete. */
export async function findPython(_folder: string): Promise<PythonEnvironment | undefined> {
  return undefined;
}

/**
 * Makes the environment unless it is there.
 * @throws MemosError TRAINER_UNAVAILABLE with what is missing, ABORTED.
 */
export async function preparePython(_options: PrepareOptions): Promise<PythonEnvironment> {
  throw new MemosError("TRAINER_UNAVAILABLE", "Training is not there yet.");
}

/** Whether training can work here, and if not, what to do; for `doctor`. */
export async function checkPython(_folder: string, _signal?: AbortSignal): Promise<TrainerReport> {
  return { ok: false, detail: "not prepared", remedy: "Run `memos adapters setup`." };
}
