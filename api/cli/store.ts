import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import * as z from "zod";
import { isMemosError, MemosError } from "../../memcube/index.js";
import type { Engine, MemOS, OpenOptions, Trainer } from "../../memos/index.js";
import { optionsOf } from "./arguments.js";
import { type Configuration, configure } from "./config.js";
import { createEmbedder } from "./embedder.js";
import { createEngine } from "./engine.js";
import { createTrainer } from "./trainer.js";
import { UsageError } from "./usageError.js";

/** The file that makes a folder a store. */
const LEDGER_FILE = "ledger.db";

const globalOptions = z.object({
  store: z.string().min(1).optional(),
  embedder: z.string().optional(),
  model: z.string().min(1).optional(),
  controller: z.boolean().optional(),
});

/** What the command line and the environment configure. */
export function configurationOf(command: Command): Configuration {
  return configure(optionsOf(command, globalOptions));
}

/** Opens the store that the options name; a store that does not exist is started. */
export async function openStore(
  command: Command,
  options: Pick<
    OpenOptions,
    "logger" | "readOnly" | "engine" | "trainer" | "reader" | "model" | "upkeep"
  > = {},
): Promise<MemOS> {
  const { store, embedder, vault, controller, objects } = configurationOf(command);
  const { MemOS } = await import("../../memos/index.js");
  const { reflection } = await import("../../agents/reflection/index.js");
  return MemOS.open({
    path: store,
    distiller: reflection(),
    embedder: await createEmbedder(embedder),
    ...(vault === undefined ? {} : { vault }),
    ...(objects === undefined ? {} : { objects }),
    ...(controller === "off" ? {} : { reader: "later" as const }),
    ...options,
  });
}

/**
 * The controller, for a command that runs for a while; none where it is turned off. A command that ends at once
 * does without: what it writes waits for one of these, or for `memos read`. It asks a model only where it is told to.
 *
 * @throws MemosError INVALID_INPUT where it is to ask a model and none is named.
 */
export async function readerOf(
  command: Command,
  engine: Engine | undefined,
): Promise<Pick<OpenOptions, "reader" | "model">> {
  const { controller: how } = configurationOf(command);
  if (how === "off") return {};
  const { controller } = await import("../../agents/controller/controller.js");
  if (how === "rules") return { reader: controller() };
  if (engine === undefined)
    throw new MemosError(
      "INVALID_INPUT",
      "MEMOS_CONTROLLER=model needs a model: --model, MEMOS_MODEL or MEMOS_MODEL_URL names one.",
    );
  const { EngineChatModel } = await import("../../memos/inference/index.js");
  return { reader: controller(), model: new EngineChatModel(engine) };
}

/** The engine of the model that the options name, if they name one. Whoever asks for it disposes of it. */
export async function openEngine(command: Command): Promise<Engine | undefined> {
  const { model } = configurationOf(command);
  return model === undefined ? undefined : createEngine(model);
}

/**
 * The same for what cannot do without a model.
 *
 * @throws UsageError where none is named.
 */
export async function requireEngine(command: Command, what: string): Promise<Engine> {
  const engine = await openEngine(command);
  if (engine === undefined)
    throw new UsageError(`${what} needs a model: --model, MEMOS_MODEL or MEMOS_MODEL_URL names one.`);
  return engine;
}

/** What trains adapters here, if there is something. */
export async function openTrainer(command: Command): Promise<Trainer | undefined> {
  return createTrainer(configurationOf(command).trainer);
}

/**
 * Lends a task the store together with a model: the one that is named, else the one of the package. With `reads`, the
 * controller reads meanwhile.
 */
export async function withStoreAndModel<T>(
  command: Command,
  task: (memos: MemOS) => Promise<T>,
  { reads = false, ...options }: Pick<OpenOptions, "trainer"> & { readonly reads?: boolean } = {},
): Promise<T> {
  const { READER } = await import("../../memos/inference/models/reader.js");
  const { model } = configurationOf(command);
  const engine = await createEngine(model ?? { kind: "local", model: READER.name });
  try {
    // The small one of the package answers questions over memory and nothing else.
    const reader = reads ? await readerOf(command, model === undefined ? undefined : engine) : {};
    return await lend(await openStore(command, { ...options, ...reader, engine }), task);
  } finally {
    await engine[Symbol.asyncDispose]();
  }
}

/** The same for a command that has nothing to do without memories: it starts no store. */
export async function withExistingStoreAndModel<T>(
  command: Command,
  task: (memos: MemOS) => Promise<T>,
): Promise<T> {
  requireStore(command);
  return withStoreAndModel(command, task);
}

/**
 * The same with what trains adapters: what waits to be trained is trained meanwhile.
 *
 * @throws MemosError TRAINER_UNAVAILABLE where nothing was set up.
 */
export async function withStoreToTrain<T>(command: Command, task: (memos: MemOS) => Promise<T>): Promise<T> {
  requireStore(command);
  const trainer = await openTrainer(command);
  if (trainer === undefined)
    throw new MemosError(
      "TRAINER_UNAVAILABLE",
      "there is no trainer: `memos adapters setup` makes one, or MEMOS_TRAINER_URL names one.",
    );
  return withStoreAndModel(command, task, { trainer });
}

/** Lends a task the store and closes it, whatever happened. A store that does not exist is started. */
export async function withStore<T>(command: Command, task: (memos: MemOS) => Promise<T>): Promise<T> {
  return lend(await openStore(command), task);
}

/** The same for a command that has nothing to do without memories: it starts no store. */
export async function withExistingStore<T>(
  command: Command,
  task: (memos: MemOS) => Promise<T>,
  options: Pick<OpenOptions, "logger" | "reader" | "model"> = {},
): Promise<T> {
  requireStore(command);
  return lend(await openStore(command, options), task);
}

/** For a command that only looks: it writes nothing, not even vectors of another embedder. */
export async function withStoreToRead<T>(command: Command, task: (memos: MemOS) => Promise<T>): Promise<T> {
  requireStore(command);
  return lend(await openStore(command, { readOnly: true }), task);
}

/** For a command that looks and notes what it used; in a folder that may not be written it only looks. */
export async function withStoreToUse<T>(command: Command, task: (memos: MemOS) => Promise<T>): Promise<T> {
  requireStore(command);
  const memos = await openStore(command).catch((error) => {
    if (!isMemosError(error, "READ_ONLY")) throw error;
    return openStore(command, { readOnly: true });
  });
  return lend(memos, task);
}

function requireStore(command: Command): void {
  const { store } = configurationOf(command);
  // The ledger is not in the folder, which may be new.
  if ((process.env["MEMOS_LEDGER"] ?? "") !== "") return;
  if (!existsSync(join(store, LEDGER_FILE)))
    throw new MemosError("STORE_INVALID", `no store at ${resolve(store)}; add something first.`);
}

async function lend<T>(memos: MemOS, task: (memos: MemOS) => Promise<T>): Promise<T> {
  try {
    return await task(memos);
  } finally {
    await memos.close();
  }
}
