import { execFile } from "node:child_process";
import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import type { TrainerReport } from "../trainer.js";
import { trainerEnvironment } from "./trainerPackage.js";
import { cancelled } from "./trainerProcess.js";

/** Time that Python may take to import everything; from a cold disk that is long. */
const IMPORT_MS = 180_000;

const OUTPUT_BYTES = 64 * 1024;

/** What a person does when training cannot work here. */
export const SETUP_REMEDY =
  "Run `memos adapters setup`: it makes an environment with PyTorch in the cache folder, out of PyPI. It needs Python " +
  "3.10 to 3.13 with venv and pip. On Linux with an x86-64 processor PyPI's PyTorch comes with CUDA, 3 GB to fetch and " +
  "7 GB on disk; `--torch-index https://download.pytorch.org/whl/cpu` takes the one without, of 0.2 GB.";

const IMPORTS = `
import json, platform
import filelock, gguf, numpy, peft, psutil, pytorch_optimizer, safetensors, torch, transformers
print(json.dumps({"python": platform.python_version(), "torch": torch.__version__, "peft": peft.__version__}))
`;

const VERSION = "import json, platform; print(json.dumps({'python': platform.python_version()}))";

const importsSchema = z.object({ python: z.string(), torch: z.string(), peft: z.string() });
const versionSchema = z.object({ python: z.string() });

/** Whether an interpreter has everything that training needs, tried out. */
export async function reportPython(python: string, signal?: AbortSignal): Promise<TrainerReport> {
  try {
    const found = importsSchema.parse(await answerOf(python, IMPORTS, IMPORT_MS, signal));
    return { ok: true, detail: `Python ${found.python}, PyTorch ${found.torch}, PEFT ${found.peft}` };
  } catch (error) {
    if (error instanceof MemosError) throw error;
    const words = error instanceof Error ? error.message.trim().split("\n").at(-1) : String(error);
    return { ok: false, detail: `The Python for training does not work: ${words}`, remedy: SETUP_REMEDY };
  }
}

/** The version of an interpreter, as `3.11.7`; undefined where it is none. */
export async function pythonVersion(python: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    return versionSchema.parse(await answerOf(python, VERSION, IMPORT_MS, signal)).python;
  } catch (error) {
    if (error instanceof MemosError) throw error;
    return undefined;
  }
}

/** Runs a few lines of Python and reads the JSON that they print. */
function answerOf(
  python: string,
  code: string,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    execFile(
      python,
      ["-c", code],
      {
        env: trainerEnvironment(undefined),
        timeout,
        maxBuffer: OUTPUT_BYTES,
        windowsHide: true,
        ...(signal === undefined ? {} : { signal }),
      },
      (error, output) => {
        if (signal?.aborted === true) reject(cancelled(signal));
        else if (error !== null) reject(error);
        else
          try {
            resolve(JSON.parse(output));
          } catch (cause) {
            reject(cause);
          }
      },
    );
  });
}
