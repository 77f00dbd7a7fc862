import { chmod, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as z from "zod";
import { MemosError, sha256Schema } from "../../../memcube/index.js";
import { writeAtomically } from "../../atomicFile.js";
import { parse } from "../../parse.js";
import { ADAPTER_LIMITS } from "../limits.js";
import { trainingPointSchema } from "../manifest.js";
import { recipeSchema } from "../recipe.js";
import type { TokenExample, Trained, TrainingJob } from "../trainer.js";

/** Tokens that are turned into text before other work gets a turn: about 2 ms. */
const TOKENS_AT_ONCE = 16_384;

/** Bytes of what a trainer says about an adapter, beside its weights. */
const SMALL_FILE_BYTES = 4 * 1024 * 1024;

/** Bytes before the header of a safetensors file: its length. */
const LENGTH_BYTES = 8;

const PRIVATE_FOLDER = 0o700;

const INPUTS = ["job.json", "train.jsonl", "heldOut.jsonl", "checkpoint.pt", "lock"];

/** Where the artefacts of a job are, in its folder. */
export const ARTEFACTS = {
  weights: "out/adapter_model.safetensors",
  config: "out/adapter_config.json",
  result: "out/result.json",
} as const;

/** What a job must be, whoever trains it. */
const jobSchema = z.object({
  id: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
      "must be 1 to 128 letters, digits, points, dashes and lines",
    ),
  base: z.object({ path: z.string().min(1), sha256: sha256Schema }),
  recipe: recipeSchema,
  limits: z.object({
    seconds: z.number().positive().max(ADAPTER_LIMITS.trainingSeconds),
    bytes: z.number().positive().max(ADAPTER_LIMITS.trainingBytes),
  }),
  train: z.array(z.unknown()).min(1).max(ADAPTER_LIMITS.examples),
  heldOut: z.array(z.unknown()).max(ADAPTER_LIMITS.examples),
});

const resultSchema = z.object({
  steps: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  release: z.string().min(1).max(256),
  curve: z.array(trainingPointSchema).max(10_000),
});

const configSchema = z.object({
  peft_type: z.literal("LORA"),
  r: z.int().min(1).max(ADAPTER_LIMITS.rank),
  lora_alpha: z.number().positive(),
  use_dora: z.literal(false).optional(),
});

const headerSchema = z.record(z.string(), z.unknown());

/**
 * Whether a job can be given to a trainer. Its examples are looked at one by one where they are written.
 *
 * @throws MemosError INVALID_INPUT, TOO_LARGE.
 */
export function checkJob(job: TrainingJob): void {
  parse(jobSchema, job);
}

/**
 * Writes the files that a trainer reads. What an earlier run of the same job left stays, and is gone on from.
 *
 * @throws MemosError INVALID_INPUT, TOO_LARGE, DISK_FULL.
 */
export async function writeJob(job: TrainingJob, checkpointSeconds: number): Promise<void> {
  checkJob(job);
  const { id, base, recipe, limits, folder } = job;
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  await chmod(folder, PRIVATE_FOLDER);
  for (const name of ["train", "heldOut"] as const)
    await writeAtomically(join(folder, `${name}.jsonl`), async (file) => {
      for await (const piece of exampleTexts(job[name], name)) await file.writeFile(piece.join(""));
    });
  const { sha256 } = base;
  const named = { path: resolve(base.path), sha256 };
  const described = { version: 1, id, base: named, recipe, limits, checkpointSeconds };
  await writeAtomically(join(folder, "job.json"), (file) => file.writeFile(JSON.stringify(described)));
}

/**
 * Examples as JSON with a line end each, some at a time; other work gets a turn between.
 *
 * @throws MemosError INVALID_INPUT for one that nothing can be learned from, TOO_LARGE.
 */
export async function* exampleTexts(
  examples: readonly TokenExample[],
  path: string,
): AsyncGenerator<string[], void, undefined> {
  let texts: string[] = [];
  let tokens = 0;
  for (const [at, example] of examples.entries()) {
    checkExample(example, `${path}.${at}`);
    texts.push(`${JSON.stringify({ tokens: example.tokens, learnFrom: example.learnFrom })}\n`);
    tokens += example.tokens.length;
    if (tokens < TOKENS_AT_ONCE) continue;
    yield texts;
    await new Promise((resolve) => setImmediate(resolve));
    [texts, tokens] = [[], 0];
  }
  yield texts;
}

function checkExample({ tokens, learnFrom }: TokenExample, path: string): void {
  if (tokens.length > ADAPTER_LIMITS.exampleTokens)
    throw new MemosError(
      "TOO_LARGE",
      `\`${path}\` has ${tokens.length} tokens; ${ADAPTER_LIMITS.exampleTokens} are allowed.`,
      { path },
    );
  if (tokens.length < 2 || !Number.isInteger(learnFrom) || learnFrom < 0 || learnFrom >= tokens.length)
    throw new MemosError("INVALID_INPUT", `\`${path}\` has nothing to learn.`, { path });
  if (!tokens.every((token) => Number.isInteger(token) && token >= 0 && token < 2 ** 31))
    throw new MemosError("INVALID_INPUT", `\`${path}\` has something that is no token.`, { path });
}

/**
 * What a finished job left, if it is of the form of an adapter. Whether it fits the model is checked elsewhere.
 *
 * @throws MemosError TRAINING_FAILED when something is missing or is something else.
 */
export async function readTrained(folder: string, trainer: string): Promise<Trained> {
  const [weights, config, result] = [ARTEFACTS.weights, ARTEFACTS.config, ARTEFACTS.result].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const { steps, seconds, release, curve } = await readSmall(result, resultSchema);
  await readSmall(config, configSchema);
  await checkWeights(weights);
  return { weights, config, steps, seconds, curve, trainer: { name: trainer, release } };
}

async function readSmall<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
  try {
    const { size } = await stat(path);
    if (size > SMALL_FILE_BYTES) throw new Error(`it has ${size} bytes`);
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw unusable(path, cause);
  }
}

async function checkWeights(path: string): Promise<void> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      if (size > ADAPTER_LIMITS.fileBytes) throw new Error(`it has ${size} bytes`);
      const length = Buffer.alloc(LENGTH_BYTES);
      await file.read(length, 0, LENGTH_BYTES, 0);
      const header = Number(length.readBigUInt64LE());
      if (header > Math.min(ADAPTER_LIMITS.headerBytes, size - LENGTH_BYTES))
        throw new Error("it is no safetensors file");
      const text = Buffer.alloc(header);
      await file.read(text, 0, header, LENGTH_BYTES);
      headerSchema.parse(JSON.parse(text.toString("utf8")));
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): MemosError {
  const name = path.split(/[\\/]/).at(-1);
  return new MemosError(
    "TRAINING_FAILED",
    `The trainer left no usable ${name}: what is there is no adapter.`,
    { cause },
  );
}

/** Removes what was only needed to train; the artefacts stay. */
export async function removeInputs(folder: string): Promise<void> {
  await Promise.all(INPUTS.map((name) => rm(join(folder, name), { force: true })));
}
