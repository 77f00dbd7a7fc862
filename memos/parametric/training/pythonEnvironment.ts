import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { MemosError } from "../../../memcube/index.js";
import type { TrainerReport } from "../trainer.js";
import { pythonVersion, reportPython, SETUP_REMEDY } from "./pythonReport.js";
import { LOCK_FILE, lockName } from "./trainerPackage.js";
import { cancelled } from "./trainerProcess.js";

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
  /** The interpreter that it is made with: 3.10 to 3.13. By default the first of the usual names that fits. */
  readonly python?: string | undefined;
  /** An index of packages for PyTorch alone, as `https://download.pytorch.org/whl/cpu`; by default PyPI. */
  readonly torchIndex?: string | undefined;
  /** A line for a person. */
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const NAMES = ["python3", "python", "python3.13", "python3.12", "python3.11", "python3.10"];

/** Minor versions of Python 3 that the locked requirements are for. */
const MINORS = { least: 10, most: 13 } as const;

/** Written last: an environment without it is not complete. */
const MARKER = "complete";

/** Lines of pip that are kept with the error. */
const LAST_LINES = 20;

/** Packages that come with PyTorch's CUDA build alone. */
const CUDA_PACKAGES = /^(nvidia-|triton==)/;

/** Variables that pip has no use for and that hold what is nobody's business. */
const SECRET = /^MEMOS_|KEY$|TOKEN$|SECRET$|PASSWORD$/;

/** The environment in the cache folder, if it is complete. */
export async function findPython(folder: string): Promise<PythonEnvironment | undefined> {
  const own = resolve(folder, await lockName());
  const python = interpreterIn(own);
  try {
    await access(join(own, MARKER));
    await access(python);
    return { python, folder: own };
  } catch {
    return undefined;
  }
}

/**
 * Makes the environment unless it is there: a virtual environment with the locked requirements, checked by their
 * hashes, and tried out. Several may make it at once: one wins. It is whole or not there.
 *
 * @throws MemosError TRAINER_UNAVAILABLE with what is missing, ABORTED.
 */
export async function preparePython(options: PrepareOptions): Promise<PythonEnvironment> {
  const { folder, torchIndex, onProgress, signal } = options;
  const found = await findPython(folder);
  if (found !== undefined) return found;
  const { python, version } = await suitablePython(options.python, signal);
  onProgress?.(`Python ${version} (${python})`);
  const own = resolve(folder, await lockName());
  const draft = `${own}.${randomUUID()}.part`;
  try {
    await mkdir(folder, { recursive: true });
    await run(python, ["-m", "venv", draft], options);
    await install(interpreterIn(draft), draft, torchIndex, options);
    const report = await reportPython(interpreterIn(draft), signal);
    if (!report.ok) throw unavailable(report.detail);
    await writeFile(join(draft, MARKER), `${report.detail}\n`);
    await place(draft, own, async () => (await findPython(folder)) === undefined);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const made = await findPython(folder);
  if (made === undefined) throw unavailable("The environment for training could not be put in its place.");
  return made;
}

/** Puts a folder in its place unless a good one is there; one that is broken is moved away. */
async function place(draft: string, own: string, isBroken: () => Promise<boolean>): Promise<void> {
  try {
    await rename(draft, own);
  } catch {
    if (!(await isBroken())) return;
    const broken = `${draft}.broken`;
    await rename(own, broken);
    await rename(draft, own);
    await rm(broken, { recursive: true, force: true });
  }
}

/** Whether training can work here, and if not, what to do; for `doctor`. */
export async function checkPython(folder: string, signal?: AbortSignal): Promise<TrainerReport> {
  const found = await findPython(folder);
  if (found !== undefined) return reportPython(found.python, signal);
  try {
    const { python, version } = await suitablePython(undefined, signal);
    const detail = `There is Python ${version} (${python}), but no environment for training yet.`;
    return { ok: false, detail, remedy: SETUP_REMEDY };
  } catch (error) {
    if (error instanceof MemosError && error.code === "TRAINER_UNAVAILABLE")
      return { ok: false, detail: error.message, remedy: SETUP_REMEDY };
    throw error;
  }
}

async function suitablePython(
  named: string | undefined,
  signal: AbortSignal | undefined,
): Promise<{ python: string; version: string }> {
  const seen: string[] = [];
  for (const python of named === undefined ? NAMES : [named]) {
    const version = await pythonVersion(python, signal);
    if (version === undefined) continue;
    const [major, minor] = version.split(".").map(Number);
    if (major === 3 && minor !== undefined && minor >= MINORS.least && minor <= MINORS.most)
      return { python, version };
    seen.push(`${python} is ${version}`);
  }
  const wanted = `Python 3.${MINORS.least} to 3.${MINORS.most}`;
  throw unavailable(
    seen.length > 0
      ? `Training needs ${wanted}; ${seen.join(", ")}.`
      : `Training needs ${wanted}; ${named ?? "python3"} is not there.`,
  );
}

/**
 * Everything is in the lock file: nothing is resolved. From another index than PyPI, PyTorch comes first and by
 * version alone, since the hashes are of PyPI's files; what its CUDA build needs is then left out.
 */
async function install(
  python: string,
  folder: string,
  torchIndex: string | undefined,
  options: PrepareOptions,
): Promise<void> {
  const pip = ["-m", "pip", "install", "--no-deps", "--no-input", "--disable-pip-version-check"];
  if (torchIndex === undefined) {
    await run(python, [...pip, "--require-hashes", "-r", LOCK_FILE], options);
    return;
  }
  const requirements = (await readFile(LOCK_FILE, "utf8")).split(/\n(?=[a-z0-9])/i);
  const torch = requirements.find((text) => text.startsWith("torch=="))?.split(/[\s;\\]/)[0];
  if (torch === undefined) throw new MemosError("INTERNAL", "The lock file has no PyTorch.");
  await run(python, [...pip, "--index-url", torchIndex, torch], options);
  const rest = join(folder, "requirements.txt");
  const others = requirements.filter((text) => !text.startsWith("torch==") && !CUDA_PACKAGES.test(text));
  await writeFile(rest, others.join("\n"));
  await run(python, [...pip, "--require-hashes", "-r", rest], options);
}

/** @throws MemosError TRAINER_UNAVAILABLE with the last lines, ABORTED. */
async function run(command: string, args: readonly string[], options: PrepareOptions): Promise<void> {
  const { signal, onProgress } = options;
  if (signal?.aborted) throw cancelled(signal);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SECRET.test(name)));
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  const abort = () => child.kill();
  signal?.addEventListener("abort", abort, { once: true });
  let last: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      last = [...last, line].slice(-LAST_LINES);
      onProgress?.(line);
    });
  try {
    const status = await new Promise<number | string | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, by) => resolve(by ?? code));
    });
    options.signal?.throwIfAborted();
    if (status !== 0) throw new Error(last.join("\n"));
  } catch (cause) {
    if (options.signal?.aborted) throw cancelled(signal);
    const why = last.findLast((line) => /error/i.test(line)) ?? last.at(-1) ?? String(cause);
    throw new MemosError("TRAINER_UNAVAILABLE", `The environment for training cannot be made: ${why}`, {
      cause,
    });
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function interpreterIn(folder: string): string {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

function unavailable(message: string): MemosError {
  return new MemosError("TRAINER_UNAVAILABLE", message);
}
