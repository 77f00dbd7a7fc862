import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The folder with the Python package `memos_trainer`. */
export const PACKAGE_FOLDER = fileURLToPath(
  new URL("../../../../memos/parametric/trainer/", import.meta.url),
);

/** Everything that the package needs, in exact versions with their hashes. */
export const LOCK_FILE = fileURLToPath(
  new URL("../../../../memos/parametric/trainer/requirements.lock", import.meta.url),
);

/** Names what is installed from a lock file: 16 hexadecimal digits. */
export async function lockName(): Promise<string> {
  return createHash("sha256")
    .update(await readFile(LOCK_FILE))
    .digest("hex")
    .slice(0, 16);
}

/** Variables of the environment that a Python process needs to run at all. */
const KEPT = ["PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LANG"];

/** The environment of a training process: nothing of this process that it does not need, no keys, no network. */
export function trainerEnvironment(threads: number | undefined): Record<string, string> {
  const kept = KEPT.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    PYTHONPATH: PACKAGE_FOLDER,
    PYTHONNOUSERSITE: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONUTF8: "1",
    CUDA_VISIBLE_DEVICES: "",
    HF_HUB_OFFLINE: "1",
    ...(threads === undefined ? {} : { OMP_NUM_THREADS: String(threads) }),
  };
}
