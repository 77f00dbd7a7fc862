import * as z from "zod";
import {
  cubeIdSchema,
  LIMITS,
  manifestEntrySchema,
  memCubeSchema,
  scopeSchema,
  sha256Schema,
} from "../../memcube/index.js";
import { placementDecisionSchema } from "../lifecycle/placement/policy.js";
import { querySchema, warningSchema } from "../operations.js";
import { gateLimitsSchema } from "./gates/index.js";
import { ADAPTER_LIMITS } from "./limits.js";
import { adapterManifestSchema, gateResultSchema, leftOutSchema, trainingPointSchema } from "./manifest.js";
import { recipeSchema } from "./recipe.js";
import { trainingSetOptionsSchema } from "./trainingSet/index.js";

/** Memories that a query chooses unless said otherwise. */
const QUERY_RESULTS = 100;

const count = z.int().nonnegative();
const instant = z.iso.datetime();
const signal = z.instanceof(AbortSignal).optional();

/** How much an adapter counts. */
export const adapterScaleSchema = z.number().gt(0).max(ADAPTER_LIMITS.scale);

const chosen = {
  /** These memories; all that a scope recalls without this and without `query`. */
  cubes: z.array(cubeIdSchema).min(1).max(ADAPTER_LIMITS.planned).optional(),
  /** Those that a search finds. */
  query: querySchema.optional(),
  /** Results of the query. */
  k: z.int().min(1).max(LIMITS.results).default(QUERY_RESULTS),
};

const oneChoice = [
  ({ cubes, query }: { cubes?: unknown; query?: unknown }) => cubes === undefined || query === undefined,
  "either `cubes` or `query`, not both",
] as const;

export const adapterPlanOptionsSchema = z.strictObject({ ...chosen, signal }).refine(...oneChoice);

export const adapterTrainOptionsSchema = z
  .strictObject({
    ...chosen,
    recipe: recipeSchema.prefault({}),
    gates: gateLimitsSchema.prefault({}),
    /** Has the engine ask further questions about each memory, beside those that rules make. */
    paraphrase: z.boolean().default(false),
    /** Questions over memory in the prompt that the gates ask. */
    retention: trainingSetOptionsSchema.shape.retention,
    /** Attaches it to its scope once it has passed its gates. */
    attach: z.boolean().default(false),
    scale: adapterScaleSchema.default(1),
    /** What training may take. */
    seconds: z.int().min(1).max(ADAPTER_LIMITS.trainingSeconds).default(ADAPTER_LIMITS.usualSeconds),
    bytes: z.int().min(1).max(ADAPTER_LIMITS.trainingBytes).default(ADAPTER_LIMITS.usualBytes),
    signal,
  })
  .refine(...oneChoice);

export const attachOptionsSchema = z.strictObject({ scale: adapterScaleSchema.default(1) });

export const adapterStateSchema = z
  .enum(["training", "failed", "refused", "ready", "stale", "revoked"])
  .meta({ id: "AdapterState" });

const fileSchema = z.strictObject({ sha256: sha256Schema, bytes: count });

export const attachmentSchema = z
  .strictObject({ scope: scopeSchema, scale: z.number() })
  .meta({ id: "AdapterAttachment" });

export const adapterSummarySchema = z
  .strictObject({
    id: cubeIdSchema,
    /** Whose memories it learned. */
    scope: scopeSchema,
    state: adapterStateSchema,
    /** A sentence, where it is not ready. */
    reason: z.string(),
    /** SHA-256 of the model that it is for. */
    base: sha256Schema,
    /** How many memories it learned, or is to learn. */
    memories: count,
    rank: z.int().positive(),
    alpha: z.number().positive(),
    gates: z.array(gateResultSchema),
    job: cubeIdSchema,
    attached: z.array(attachmentSchema),
    createdAt: instant,
    changedAt: instant,
    lastUsedAt: instant.nullable(),
    uses: count,
  })
  .meta({ id: "AdapterSummary" });

export const adapterSchema = adapterSummarySchema
  .extend({
    recipe: recipeSchema,
    cubes: z.array(manifestEntrySchema),
    leftOut: z.array(leftOutSchema),
    curve: z.array(trainingPointSchema),
    /** Once it is trained. */
    manifest: adapterManifestSchema.nullable(),
    manifestSha256: sha256Schema.nullable(),
    files: z.strictObject({ weights: fileSchema, config: fileSchema, gguf: fileSchema }).nullable(),
    /** The adapter under the envelope that all memory has, once it has files. */
    cube: memCubeSchema.nullable(),
  })
  .meta({ id: "Adapter" });

export const adapterListSchema = z
  .strictObject({ adapters: z.array(adapterSummarySchema) })
  .meta({ id: "AdapterList" });

export const trainReceiptSchema = z
  .strictObject({
    operation: z.literal("train"),
    adapter: cubeIdSchema,
    /** `jobs.get`, `jobs.cancel` and `jobs.replay` take it. */
    job: cubeIdSchema,
    memories: z.int().positive(),
    leftOut: z.array(leftOutSchema),
    milliseconds: z.number().nonnegative(),
  })
  .meta({ id: "TrainReceipt" });

export const adapterPlanSchema = z
  .strictObject({
    /** Memories that can be learned, and those that are not. */
    memories: count,
    leftOut: z.array(leftOutSchema),
    /** One adapter each: the cubes to give to `train`. */
    groups: z.array(z.array(cubeIdSchema)),
    /** Whether one training takes them all, and if not, why. */
    trainable: z.boolean(),
    why: z.array(z.string()),
    /** What the placement policy would have trained or detached; nothing is done without being asked for. */
    decisions: z.array(placementDecisionSchema),
  })
  .meta({ id: "AdapterPlan" });

export const attachReceiptSchema = z
  .strictObject({
    operation: z.enum(["attach", "detach", "revoke"]),
    adapter: cubeIdSchema,
    /** False when there was nothing to do. */
    changed: z.boolean(),
    /** Where it is attached now. */
    attached: z.array(attachmentSchema),
    milliseconds: z.number().nonnegative(),
    warnings: z.array(warningSchema),
  })
  .meta({ id: "AttachReceipt" });

export const adapterTidyReceiptSchema = z
  .strictObject({
    /** Adapters that were detached since they are hardly used. */
    detached: z.array(cubeIdSchema),
    /** Folders that belonged to nothing, and GGUF files that were made again. */
    removed: count,
    derived: count,
    /** Adapters whose files are damaged or gone. */
    damaged: z.array(cubeIdSchema),
  })
  .meta({ id: "AdapterTidyReceipt" });

export type AdapterPlanOptions = z.input<typeof adapterPlanOptionsSchema>;
export type AdapterTrainOptions = z.input<typeof adapterTrainOptionsSchema>;
export type AttachOptions = z.input<typeof attachOptionsSchema>;
export type AdapterSummaryView = z.infer<typeof adapterSummarySchema>;
export type AdapterView = z.infer<typeof adapterSchema>;
export type AdapterList = z.infer<typeof adapterListSchema>;
export type TrainReceipt = z.infer<typeof trainReceiptSchema>;
export type AdapterPlan = z.infer<typeof adapterPlanSchema>;
export type AttachReceipt = z.infer<typeof attachReceiptSchema>;
export type AdapterTidyReceipt = z.infer<typeof adapterTidyReceiptSchema>;
