import * as z from "zod";
import { cubeIdSchema, governanceSchema, LIMITS, memCubeSchema } from "../../memcube/index.js";
import { nameText, remarkText, storableText } from "../../memcube/text.js";
import { onceOption } from "../once.js";
import { whenSchema, writeReceiptSchema } from "../operations.js";

/** Cubes of one merge at most. */
export const MERGED_AT_MOST = 32;

/** Cubes of one call at most. */
export const CUBES_AT_ONCE = 1_000;

const written = {
  actor: nameText(LIMITS.nameCharacters).optional(),
  cause: remarkText(LIMITS.causeCharacters).optional(),
  /** Repeating a write with the same key answers with the first receipt and writes nothing. */
  idempotencyKey: onceOption,
  signal: z.instanceof(AbortSignal).optional(),
};

export const stateOptionsSchema = z.strictObject({
  /** The version that the change was made on top of; another current version is a CONFLICT. */
  ifVersion: z.int().positive().optional(),
  ...written,
});

export const mergeOptionsSchema = z.strictObject({
  /** What the merged memory says; without it, what the memories say, repetitions left out. */
  text: storableText(LIMITS.textBytes).optional(),
  title: nameText(LIMITS.titleCharacters).optional(),
  ...written,
});

export const feedbackOptionsSchema = z.strictObject({ idempotencyKey: onceOption });

export const idsSchema = z.array(cubeIdSchema).min(1).max(CUBES_AT_ONCE);
export const mergedIdsSchema = z.array(cubeIdSchema).min(2).max(MERGED_AT_MOST);

/** Fields of access and lifetime to change; null removes the end of life. */
export const governancePatchSchema = z
  .strictObject({
    visibility: governanceSchema.shape.visibility.optional(),
    sensitivity: governanceSchema.shape.sensitivity.optional(),
    retention: governanceSchema.shape.retention.optional(),
    readonly: z.boolean().optional(),
    expiresAt: whenSchema.nullable().optional(),
  })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), "names nothing to change")
  .meta({ id: "GovernancePatch" });

/** What a reader says about a memory that it was given. */
export const verdictSchema = z.enum(["useful", "wrong", "outdated"]).meta({ id: "Verdict" });

export const feedbackReceiptSchema = z
  .strictObject({ cube: memCubeSchema, milliseconds: z.number().nonnegative() })
  .meta({ id: "FeedbackReceipt" });

/** A point in time: a date, or the name of a snapshot. */
export const pointSchema = z.union([
  z.strictObject({ snapshot: nameText(LIMITS.labelCharacters) }),
  whenSchema,
]);

export const snapshotSchema = z
  .strictObject({ name: nameText(LIMITS.labelCharacters), at: z.iso.datetime() })
  .meta({ id: "Snapshot", description: "A name for a point in time; everything can be read as of it." });

export const diffOptionsSchema = z.strictObject({
  limit: z.int().min(1).max(LIMITS.results).default(100),
  cursor: z.string().max(64).optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

export const differenceSchema = z
  .strictObject({
    id: cubeIdSchema,
    /** `removed` and `returned` are about states: a cube that is not recalled any more, or again. */
    change: z.enum(["added", "changed", "removed", "returned"]),
    before: memCubeSchema.optional(),
    after: memCubeSchema,
  })
  .meta({ id: "Difference" });

export const diffResultSchema = z
  .strictObject({ differences: z.array(differenceSchema), cursor: z.string().optional() })
  .meta({ id: "DiffResult" });

export const rollbackReceiptSchema = writeReceiptSchema
  .omit({ skipped: true, replayed: true })
  .extend({
    /** The point that was gone back to. */
    to: z.iso.datetime(),
    skipped: z.array(z.strictObject({ id: cubeIdSchema, reason: z.string() })),
  })
  .meta({ id: "RollbackReceipt" });

export type StateOptions = z.input<typeof stateOptionsSchema>;
export type MergeOptions = z.input<typeof mergeOptionsSchema>;
export type GovernancePatch = z.input<typeof governancePatchSchema>;
export type FeedbackVerdict = z.infer<typeof verdictSchema>;
export type FeedbackOptions = z.input<typeof feedbackOptionsSchema>;
export type FeedbackReceipt = z.infer<typeof feedbackReceiptSchema>;
export type Point = z.input<typeof pointSchema>;
export type NamedTime = z.infer<typeof snapshotSchema>;
export type DiffOptions = z.input<typeof diffOptionsSchema>;
export type Difference = z.infer<typeof differenceSchema>;
export type DiffResult = z.infer<typeof diffResultSchema>;
export type RollbackReceipt = z.infer<typeof rollbackReceiptSchema>;
