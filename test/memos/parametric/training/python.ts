import { readFile } from "node:fs/promises";
import { findPython } from "../../../../memos/parametric/training/index.js";

/** What `scripts/trainer.mjs` left: where the environment is, or why there is none. */
const LEFT = new URL("../../../../../node_modules/.cache/memos-trainer.json", import.meta.url);

async function decide(): Promise<{ python: string } | { absent: string }> {
  try {
    const left = JSON.parse(await readFile(LEFT, "utf8")) as { folder: string; absent?: string };
    const found = await findPython(left.folder);
    if (found !== undefined) return { python: found.python };
    return { absent: left.absent ?? "its environment is not there any more; run `node scripts/trainer.mjs`" };
  } catch {
    return { absent: "`node scripts/trainer.mjs` has not been run" };
  }
}

const decided = await decide();

/** The interpreter with PyTorch; for tests that are skipped without it. */
export const PYTHON = "python" in decided ? decided.python : "none";

/** Why tests that need it are skipped, or `false`. */
export const skip: string | false =
  "absent" in decided ? `no Python with PyTorch: ${decided.absent.split("\n")[0]}` : false;
