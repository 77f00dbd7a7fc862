import * as z from "zod";
import { ERROR_REMEDIES, type ErrorCode, sha256Schema } from "../../../memcube/index.js";
import { engineFingerprintSchema } from "../../activation/fingerprint.js";
import { chatMessageSchema, type EngineFingerprint } from "../engine.js";
import { adapterUseSchema, generateCallSchema, tokenUseSchema } from "../generateCall.js";

const count = z.int().nonnegative();

/** What distinguishes a file from another under the same name, without reading it. */
export const fileIdentitySchema = z.strictObject({
  bytes: count,
  modified: z.number(),
  inode: z.number(),
});

export type FileIdentity = z.infer<typeof fileIdentitySchema>;

/** Everything that a process of the engine is started with. */
export const processSettingsSchema = z.strictObject({
  /** The GGUF file, its SHA-256 and what it looked like when that was computed. */
  model: z.string().min(1),
  sha256: sha256Schema,
  identity: fileIdentitySchema,
  contextTokens: z.int().positive(),
  sequences: z.int().positive(),
  threads: z.int().positive(),
  gpu: z.union([z.literal("auto"), z.literal(false)]),
  /** Private folder for state files on their way; removed when the process has ended. */
  folder: z.string().min(1),
});

export type ProcessSettings = z.infer<typeof processSettingsSchema>;

export const generateEventSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("prompt"), tokens: tokenUseSchema, miss: z.string().optional() }),
  z.strictObject({ kind: z.literal("text"), text: z.string() }),
  z.strictObject({
    kind: z.literal("toolCall"),
    id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.strictObject({
    kind: z.literal("end"),
    reason: z.enum(["stop", "length", "toolCalls"]),
    tokens: tokenUseSchema,
    firstTokenMs: z.number(),
    totalMs: z.number(),
    restoreMs: z.number(),
  }),
]);

const fingerprint: z.ZodType<EngineFingerprint> = engineFingerprintSchema;

const messages = z.array(chatMessageSchema).min(1);
const adapters = z.array(adapterUseSchema);
const salt = z.string().max(1_024).default("");

/** Conversations that are tokenized by one call: the process does nothing else meanwhile. */
export const ANSWERED_CONVERSATIONS = 256;

const answeredSchema = messages.refine(
  (conversation) => conversation.length > 1 && conversation.at(-1)?.role === "assistant",
  "must end with an answer of the assistant",
);

/** What the process of the engine can be asked: the request, what it tells meanwhile, the result. */
export const CALLS = {
  load: {
    request: processSettingsSchema,
    event: z.never(),
    result: z.strictObject({ contextTokens: count, ranking: z.boolean() }),
  },
  generate: { request: generateCallSchema, event: generateEventSchema, result: z.null() },
  compile: {
    request: z.strictObject({
      messages,
      adapters,
      salt,
      fresh: z.boolean().default(false),
      path: z.string().min(1),
    }),
    event: z.strictObject({ tokens: count, of: count }),
    result: z.strictObject({
      sha256: sha256Schema,
      bytes: count,
      tokens: count,
      prefix: sha256Schema,
      fingerprint,
      prefillMs: z.number(),
      saveMs: z.number(),
    }),
  },
  tokenize: {
    request: z.strictObject({ messages }),
    event: z.never(),
    result: z.custom<Int32Array>((value) => value instanceof Int32Array),
  },
  tokenizeAnswered: {
    request: z.strictObject({
      conversations: z.array(answeredSchema).max(ANSWERED_CONVERSATIONS),
    }),
    event: z.never(),
    result: z.array(
      z.strictObject({
        tokens: z.custom<Int32Array>((value) => value instanceof Int32Array),
        answerFrom: count,
      }),
    ),
  },
  fingerprint: { request: z.strictObject({ adapters }), event: z.never(), result: fingerprint },
  embed: {
    request: z.strictObject({ texts: z.array(z.string()) }),
    event: z.never(),
    result: z.array(z.custom<Float32Array>((value) => value instanceof Float32Array)),
  },
  rank: {
    request: z.strictObject({ query: z.string(), documents: z.array(z.string()) }),
    event: z.never(),
    result: z.array(z.number()),
  },
  decide: {
    request: z.strictObject({ messages, choices: z.array(z.string().min(1)).min(1), adapters, salt }),
    event: z.never(),
    result: z.strictObject({ choice: z.string(), probabilities: z.array(z.number()).readonly() }),
  },
} as const;

export type CallKind = keyof typeof CALLS;
export type CallRequest<K extends CallKind> = z.output<(typeof CALLS)[K]["request"]>;
export type CallEvent<K extends CallKind> = z.output<(typeof CALLS)[K]["event"]>;
export type CallResult<K extends CallKind> = z.output<(typeof CALLS)[K]["result"]>;

const id = z.int().nonnegative();

export const CALL_KINDS = Object.keys(CALLS) as [CallKind, ...CallKind[]];

/** To the process; the request is checked by what `CALLS` says about its kind. */
export const toProcessSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("call"), id, kind: z.enum(CALL_KINDS), request: z.unknown() }),
  z.strictObject({ type: z.literal("abort"), id }),
]);

export type ToProcess = z.infer<typeof toProcessSchema>;

const ERROR_CODES = Object.keys(ERROR_REMEDIES) as [ErrorCode, ...ErrorCode[]];

/** From the process. */
export const fromProcessSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("event"), id, event: z.unknown() }),
  z.strictObject({ type: z.literal("result"), id, result: z.unknown() }),
  z.strictObject({
    type: z.literal("failure"),
    id,
    code: z.enum(ERROR_CODES),
    message: z.string(),
    path: z.string().optional(),
  }),
  /** Resident bytes, told by itself where nobody else can read them. */
  z.strictObject({ type: z.literal("memory"), bytes: count }),
]);

export type FromProcess = z.infer<typeof fromProcessSchema>;
