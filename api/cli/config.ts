import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { isMemosError, sha256Schema } from "../../memcube/index.js";
import { saltKeySchema } from "../../memos/inference/cacheSalt.js";
import { parse } from "../../memos/parse.js";
import { UsageError } from "./usageError.js";

/** `static` is the embedder that comes with the program; `none` leaves the vector channel out. */
export const EMBEDDERS = ["static", "hashing", "none", "openai"] as const;

const embedderSchema = z.enum(EMBEDDERS);

const environmentSchema = z.object({
  MEMOS_STORE: z.string().default("./.memos"),
  MEMOS_EMBEDDER: embedderSchema.default("static"),
  MEMOS_EMBEDDER_URL: z.url({ protocol: /^https?$/ }).optional(),
  MEMOS_EMBEDDER_MODEL: z.string().optional(),
  MEMOS_EMBEDDER_DIMENSION: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, "must be a whole number from 1 to 99999")
    .transform(Number)
    .optional(),
  MEMOS_EMBEDDER_KEY: z.string().optional(),
  MEMOS_CONTROLLER: z.enum(["off", "rules", "model"]).default("rules"),
  MEMOS_MODEL: z.string().min(1).optional(),
  MEMOS_MODEL_URL: z.url({ protocol: /^https?$/ }).optional(),
  MEMOS_MODEL_KEY: z.string().min(1).optional(),
  MEMOS_MODEL_SERVER: z.enum(["openai", "vllm", "sglang"]).default("openai"),
  MEMOS_MODEL_SALT_KEY: saltKeySchema.optional(),
  MEMOS_MODEL_WEIGHTS: sha256Schema.optional(),
  MEMOS_MODEL_FLUSH: z.enum(["yes", "no"]).default("no"),
  MEMOS_MODEL_CACHE_RAM: z.literal("0", "must be 0, or not be there").optional(),
  MEMOS_MODEL_CONTEXT: z
    .string()
    .regex(/^[1-9]\d{0,7}$/, "must be a whole number of tokens")
    .transform(Number)
    .optional(),
  MEMOS_MODELS: z.string().optional(),
  MEMOS_TRAINER_URL: z.url({ protocol: /^https?$/ }).optional(),
  MEMOS_TRAINER_KEY: z.string().min(1).optional(),
  MEMOS_TRAINER_PYTHON: z.string().min(1).optional(),
  MEMOS_RATE_LIMIT: z.string().optional(),
  MEMOS_CHROMIUM: z.string().min(1).optional(),
  MEMOS_AGENT_KEY: z.string().min(1).optional(),
  MEMOS_OBJECTS: z.string().min(1).optional(),
  MEMOS_OBJECTS_CACHE: z
    .string()
    .regex(/^\d{1,15}$/, "must be a whole number of bytes")
    .transform(Number)
    .optional(),
  MEMOS_VAULT_KEY: z.string().min(1).optional(),
  MEMOS_VAULT_KEY_FILE: z.string().min(1).optional(),
  /** A ledger that several machines share: read where a store is opened. */
  MEMOS_LEDGER: z.string().min(1).optional(),
});

/** The names of the variables that are read. */
export function environmentNames(): readonly string[] {
  return Object.keys(environmentSchema.shape);
}

/** Which embedder to use, with everything that it needs. */
export type EmbedderChoice =
  | { readonly kind: "static" | "hashing" | "none" }
  | {
      readonly kind: "openai";
      readonly url: string;
      readonly model: string;
      readonly dimension: number;
      readonly key?: string;
    };

/** Which model to talk to, and where it runs. */
export type ModelChoice =
  | { readonly kind: "local"; readonly model: string; readonly contextTokens?: number }
  | ServerChoice;

export interface ServerChoice {
  readonly kind: "openai" | "vllm" | "sglang" | "llama-server";
  readonly url: string;
  readonly model: string;
  readonly key?: string;
  readonly contextTokens?: number;
  /** What salts are hidden with on their way to the server. */
  readonly saltKey?: string;
  /** SHA-256 of the GGUF file that adapters were trained for: the server runs the same weights. */
  readonly weights?: string;
  /** vLLM, SGLang: the server is nobody else's, and forgets its prefixes after a purge. */
  readonly flush?: true;
  /** llama-server: it keeps nothing beside its slots. */
  readonly slotsAlone?: true;
}

/** What trains adapters: a server, an interpreter, or what `memos adapters setup` has made. */
export type TrainerChoice =
  | { readonly kind: "remote"; readonly url: string; readonly key: string }
  | { readonly kind: "python"; readonly python: string }
  | { readonly kind: "prepared" };

export interface Configuration {
  readonly store: string;
  readonly embedder: EmbedderChoice;
  readonly model?: ModelChoice;
  readonly trainer: TrainerChoice;
  /** How the controller reads what is said: not at all, by rules alone, or with the model that is named. */
  readonly controller: "off" | "rules" | "model";
  /** The bucket of the index and the blobs; credentials and endpoint are in the variables that all tools of S3 read. */
  readonly objects?: { readonly url: string; readonly cacheBytes?: number };
  /** The key of the vault, or the file that it is in. */
  readonly vault?: { readonly key: string } | { readonly keyFile: string };
}

/** What the command line says, else what the environment says, else the default: resolved once, then fixed. */
export function configure(
  options: {
    store?: string | undefined;
    embedder?: string | undefined;
    model?: string | undefined;
    controller?: boolean | undefined;
  },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Configuration {
  const settings = fromEnvironment(environment);
  const kind = embedderSchema.safeParse(options.embedder ?? settings.MEMOS_EMBEDDER);
  if (!kind.success) throw new UsageError(`--embedder must be one of ${EMBEDDERS.join(", ")}.`);
  return Object.freeze({
    store: options.store ?? settings.MEMOS_STORE,
    embedder: kind.data === "openai" ? httpEmbedder(settings) : { kind: kind.data },
    ...modelChoice(options.model, settings),
    trainer: trainerChoice(settings),
    controller: options.controller === false ? "off" : settings.MEMOS_CONTROLLER,
    ...objectsOf(settings),
    ...vaultKey(settings),
  });
}

const RATE = /^([1-9]\d{0,8})\/([1-9]\d{0,4})?([smh])$/;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** How many requests an API key may send: what was typed, else MEMOS_RATE_LIMIT, as `100/m` or `20/10s`. */
export function rateLimit(
  typed: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): { requests: number; seconds: number } | undefined {
  const text = typed ?? fromEnvironment(environment).MEMOS_RATE_LIMIT;
  if (text === undefined) return undefined;
  const [, requests, times = "1", unit = ""] = RATE.exec(text) ?? [];
  const seconds = Number(times) * (UNIT_SECONDS[unit] ?? Number.NaN);
  if (requests === undefined)
    throw new UsageError(
      "--rate-limit (MEMOS_RATE_LIMIT) must be requests and a time, as 100/m, 20/10s or 5000/h.",
    );
  return { requests: Number(requests), seconds };
}

/** The Chromium that measurements of the viewer use, where the environment names one. */
export function chromiumOf(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  return fromEnvironment(environment).MEMOS_CHROMIUM;
}

/** The key of a server that is evaluated, where the environment has one. */
export function agentKey(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  return fromEnvironment(environment).MEMOS_AGENT_KEY;
}

/** The folder of models: `MEMOS_MODELS`, or one in the user's cache. */
export function modelsFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return fromEnvironment(environment).MEMOS_MODELS ?? join(homedir(), ".cache", "memos", "models");
}

/** The folder in which programs keep their settings, where the environment names one. */
export function settingsFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  return (
    (process.platform === "win32" ? environment["APPDATA"] : environment["XDG_CONFIG_HOME"]) || undefined
  );
}

/** The folder of what `memos adapters setup` makes. */
export function trainerFolder(): string {
  return join(homedir(), ".cache", "memos", "trainer");
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>) {
  // A variable that is set to nothing says nothing.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  try {
    return parse(environmentSchema, set);
  } catch (cause) {
    if (isMemosError(cause)) throw new UsageError(`the environment is wrong: ${cause.message}`, { cause });
    throw cause;
  }
}

/** A server with its kind: `vllm:http://host:8000/NAME`, or `llama-server:http://host:8080`. */
const SERVER = /^(openai|vllm|sglang|llama-server):(https?:\/\/.+)$/;

/**
 * What was typed names a server or a file, or a model at MEMOS_MODEL_URL. There `llama-server` names the kind of
 * server, and everything else a model of an OpenAI-compatible one; MEMOS_MODEL_SERVER says which.
 */
function modelChoice(
  typed: string | undefined,
  settings: z.output<typeof environmentSchema>,
): Pick<Configuration, "model"> {
  const { MEMOS_MODEL_URL: url, MEMOS_MODEL_CONTEXT: contextTokens } = settings;
  const model = typed ?? settings.MEMOS_MODEL;
  const context = contextTokens === undefined ? {} : { contextTokens };
  const named = model === undefined ? undefined : serverNamed(model);
  if (named !== undefined) return { model: { ...named, ...serverSettings(settings), ...context } };
  if (url === undefined) return model === undefined ? {} : { model: { kind: "local", model, ...context } };
  if (model === undefined)
    throw new UsageError(
      "MEMOS_MODEL_URL needs MEMOS_MODEL: the name of a model there, or `llama-server` for that program.",
    );
  const kind = model === "llama-server" ? "llama-server" : settings.MEMOS_MODEL_SERVER;
  return { model: { kind, url, model, ...serverSettings(settings), ...context } };
}

/** The server and the model that a text names, if it names one. */
function serverNamed(text: string): Pick<ServerChoice, "kind" | "url" | "model"> | undefined {
  const [, kind, address = ""] = SERVER.exec(text) ?? [];
  if (kind === undefined) return undefined;
  if (!URL.canParse(address)) throw new UsageError(`the address of the model is wrong: ${address}`);
  const { origin, pathname } = new URL(address);
  if (kind === "llama-server") return { kind, url: address.replace(/\/$/, ""), model: kind };
  // Names of models have slashes in them, so all that follows is the name.
  const model = decodeURIComponent(pathname.replace(/^\/(v1\/)?/, ""));
  if (model === "") throw new UsageError(`a model must be named: ${kind}:${origin}/NAME`);
  return { kind: kind as "openai" | "vllm" | "sglang", url: `${origin}/v1`, model };
}

function serverSettings(
  settings: z.output<typeof environmentSchema>,
): Pick<ServerChoice, "key" | "saltKey" | "weights" | "flush" | "slotsAlone"> {
  const { MEMOS_MODEL_KEY: key, MEMOS_MODEL_SALT_KEY: saltKey, MEMOS_MODEL_WEIGHTS: weights } = settings;
  return {
    ...(key === undefined ? {} : { key }),
    ...(saltKey === undefined ? {} : { saltKey }),
    ...(weights === undefined ? {} : { weights }),
    ...(settings.MEMOS_MODEL_FLUSH === "yes" ? { flush: true } : {}),
    ...(settings.MEMOS_MODEL_CACHE_RAM === undefined ? {} : { slotsAlone: true }),
  };
}

function trainerChoice(settings: z.output<typeof environmentSchema>): TrainerChoice {
  const { MEMOS_TRAINER_URL: url, MEMOS_TRAINER_KEY: key, MEMOS_TRAINER_PYTHON: python } = settings;
  if (url === undefined) return python === undefined ? { kind: "prepared" } : { kind: "python", python };
  if (python !== undefined)
    throw new UsageError("MEMOS_TRAINER_URL and MEMOS_TRAINER_PYTHON name two trainers: name one.");
  if (key === undefined)
    throw new UsageError("MEMOS_TRAINER_URL needs MEMOS_TRAINER_KEY: the key that the trainer there takes.");
  return { kind: "remote", url, key };
}

function objectsOf({
  MEMOS_OBJECTS: url,
  MEMOS_OBJECTS_CACHE: cacheBytes,
}: z.output<typeof environmentSchema>): Pick<Configuration, "objects"> {
  if (url !== undefined) return { objects: { url, ...(cacheBytes === undefined ? {} : { cacheBytes }) } };
  if (cacheBytes !== undefined)
    throw new UsageError(
      "MEMOS_OBJECTS_CACHE needs MEMOS_OBJECTS: s3://BUCKET/PREFIX, what copies are kept of.",
    );
  return {};
}

function vaultKey({
  MEMOS_VAULT_KEY: key,
  MEMOS_VAULT_KEY_FILE: keyFile,
}: z.output<typeof environmentSchema>): Pick<Configuration, "vault"> {
  if (key !== undefined) return { vault: { key } };
  return keyFile === undefined ? {} : { vault: { keyFile } };
}

function httpEmbedder(settings: z.output<typeof environmentSchema>): EmbedderChoice {
  const {
    MEMOS_EMBEDDER_URL: url,
    MEMOS_EMBEDDER_MODEL: model,
    MEMOS_EMBEDDER_DIMENSION: dimension,
    MEMOS_EMBEDDER_KEY: key,
  } = settings;
  if (url === undefined || model === undefined || dimension === undefined)
    throw new UsageError(
      "the openai embedder needs MEMOS_EMBEDDER_URL, MEMOS_EMBEDDER_MODEL and MEMOS_EMBEDDER_DIMENSION.",
    );
  return { kind: "openai", url, model, dimension, ...(key === undefined ? {} : { key }) };
}
