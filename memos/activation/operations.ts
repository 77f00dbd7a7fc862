import * as z from "zod";
import { LIMITS, memCubeSchema } from "../../memcube/index.js";
import { placementDecisionSchema, placementSettingsSchema } from "../lifecycle/placement/policy.js";

const signal = z.instanceof(AbortSignal).optional();
const bytes = z.int().nonnegative();

/** Characters of the instructions that a prompt begins with. */
export const INSTRUCTION_CHARACTERS = 131_072;

export const instructionsSchema = z.string().max(INSTRUCTION_CHARACTERS);

export const activationSettingsSchema = z
  .strictObject({
    /** Bytes of states as the engine wrote them; what is more is compressed, the least worth first. */
    fileBytes: bytes.default(4 * 2 ** 30),
    /** Bytes of compressed states; what is more is dropped. */
    compressedBytes: bytes.default(4 * 2 ** 30),
    /** How states are compressed: all numbers alike, or important tokens with more bits. */
    codec: z.enum(["kivi", "mikv"]).default("mikv"),
    /** Tokens of the memory that a prompt begins with. */
    blockTokens: z.int().min(1).max(LIMITS.contextTokens).default(4_096),
    /** Days without use after which a state is dropped. */
    coldDays: z.int().min(1).max(3_650).default(30),
    /** Compiles by itself what is worth it. */
    automatic: z.boolean().default(true),
    placement: placementSettingsSchema.prefault({}),
  })
  .meta({ id: "ActivationSettings" });

export const compileOptionsSchema = z.strictObject({
  /** What prompts say before the memory; the default of `chat` without. */
  instructions: instructionsSchema.optional(),
  signal,
});

export const compileReceiptSchema = z
  .strictObject({
    operation: z.literal("compile"),
    /** The activation as a cube; null when there was nothing to compile or it was not kept. */
    cube: memCubeSchema.nullable(),
    /** Why there is none, or that it was there already; `warmed`: a server has it that keeps what it likes. */
    reason: z.enum(["compiled", "warmed", "present", "empty", "changed", "busy"]),
    tokens: z.int().nonnegative(),
    /** Of them, those that a server which was warmed had already. */
    cached: z.int().nonnegative(),
    bytes,
    prefillMs: z.number().nonnegative(),
    saveMs: z.number().nonnegative(),
    milliseconds: z.number().nonnegative(),
  })
  .meta({ id: "CompileReceipt" });

export const activationListSchema = z
  .strictObject({
    activations: z.array(
      z.strictObject({
        cube: memCubeSchema,
        tier: z.enum(["file", "compressed"]),
        codec: z.string(),
        bytes,
        prefillMs: z.number().nonnegative(),
      }),
    ),
  })
  .meta({ id: "ActivationList" });

export const placementPlanSchema = z
  .strictObject({ decisions: z.array(placementDecisionSchema) })
  .meta({ id: "PlacementPlan" });

export const tidyReceiptSchema = z
  .strictObject({
    compressed: z.int().nonnegative(),
    dropped: z.int().nonnegative(),
    /** Files that belonged to nothing. */
    removed: z.int().nonnegative(),
    fileBytes: bytes,
    compressedBytes: bytes,
  })
  .meta({ id: "ActivationTidyReceipt" });

export const droppedSchema = z
  .strictObject({ dropped: z.int().nonnegative() })
  .meta({ id: "DroppedActivations" });

export type ActivationSettings = z.input<typeof activationSettingsSchema>;
export type CompileOptions = z.input<typeof compileOptionsSchema>;
export type CompileReceipt = z.infer<typeof compileReceiptSchema>;
export type ActivationList = z.infer<typeof activationListSchema>;
export type PlacementPlan = z.infer<typeof placementPlanSchema>;
export type TidyReceipt = z.infer<typeof tidyReceiptSchema>;
