import * as z from "zod";
import { sha256Schema } from "./hash.js";
import { cubeIdSchema } from "./id.js";
import { LIMITS } from "./limits.js";
import { storableText } from "./text.js";

/** Bytes kept in the blob store, named by their own hash. */
export const blobRefSchema = z
  .strictObject({
    sha256: sha256Schema,
    bytes: z.int().nonnegative(),
    mediaType: z.string().min(1).max(LIMITS.mediaTypeCharacters),
  })
  .meta({ id: "BlobRef" });

/** One exact model: a KV cache or an adapter made for it is meaningless for any other. */
export const modelFingerprintSchema = z
  .strictObject({
    /** SHA-256 of the weights file. */
    model: sha256Schema,
    /** Name and exact release of the engine, as `llama.cpp/b6990`. */
    engine: z.string().min(1).max(LIMITS.engineCharacters),
    /** Everything else that shapes the bytes (cache types, RoPE, template hash), canonical JSON hashed. */
    configuration: sha256Schema,
    /** Adapters attached while it was computed, in order. */
    adapters: z.array(sha256Schema).max(LIMITS.adapters),
  })
  .meta({ id: "ModelFingerprint" });

/** A plaintext cube at one version: what a compiled block or a training set was made from. */
export const manifestEntrySchema = z.strictObject({
  cube: cubeIdSchema,
  version: z.int().positive(),
  sha256: sha256Schema,
});

export const plaintextPayloadSchema = z
  .strictObject({
    kind: z.literal("plaintext"),
    text: storableText(LIMITS.textBytes),
    format: z.enum(["text", "markdown", "json"]),
    /** The value that the text is the caption of; it is encrypted and elsewhere. */
    sealed: z.strictObject({ id: cubeIdSchema }).optional(),
  })
  .meta({ id: "PlaintextPayload" });

export const activationPayloadSchema = z
  .strictObject({
    kind: z.literal("activation"),
    fingerprint: modelFingerprintSchema,
    /** Hash of the token prefix that the cached keys and values belong to. */
    prefix: sha256Schema,
    tokens: z.int().positive(),
    state: blobRefSchema,
    manifest: z.array(manifestEntrySchema).min(1).max(LIMITS.manifestEntries),
  })
  .meta({ id: "ActivationPayload" });

export const parametricPayloadSchema = z
  .strictObject({
    kind: z.literal("parametric"),
    fingerprint: modelFingerprintSchema,
    rank: z.int().positive(),
    alpha: z.number().positive(),
    /** The canonical PEFT safetensors file. */
    weights: blobRefSchema,
    /** The GGUF derived from it, once it exists. */
    gguf: blobRefSchema.optional(),
    manifest: z.array(manifestEntrySchema).min(1).max(LIMITS.manifestEntries),
  })
  .meta({ id: "ParametricPayload" });

export const payloadSchema = z
  .discriminatedUnion("kind", [plaintextPayloadSchema, activationPayloadSchema, parametricPayloadSchema])
  .meta({ id: "Payload" });

export type BlobRef = z.infer<typeof blobRefSchema>;
export type ModelFingerprint = z.infer<typeof modelFingerprintSchema>;
export type PlaintextPayload = z.infer<typeof plaintextPayloadSchema>;
export type ActivationPayload = z.infer<typeof activationPayloadSchema>;
export type ParametricPayload = z.infer<typeof parametricPayloadSchema>;
export type Payload = z.infer<typeof payloadSchema>;

/** Every blob that a payload needs: the reference count of the blob store follows from this alone. */
export function blobsOf(payload: Payload): BlobRef[] {
  switch (payload.kind) {
    case "plaintext":
      return [];
    case "activation":
      return [payload.state];
    case "parametric":
      return payload.gguf === undefined ? [payload.weights] : [payload.weights, payload.gguf];
  }
}
