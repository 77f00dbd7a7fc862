import * as z from "zod";
import { cubeIdSchema, type ErrorCode, isMemosError, LIMITS, memCubeSchema } from "../memcube/index.js";
import { nameText, remarkText } from "../memcube/text.js";
import { type OwnKey, onceOption } from "./once.js";
import {
  updatePatchSchema,
  type WriteReceipt,
  warningSchema,
  whenSchema,
  writtenSchema,
} from "./operations.js";

const ifVersion = z
  .int()
  .positive()
  .optional()
  .describe(
    "The version that the change was made on top of; if another is current, this one is left as it is.",
  );
const signal = z.instanceof(AbortSignal).optional();

export const manyIdsSchema = z.array(cubeIdSchema).min(1).max(LIMITS.batch);

export const updatesSchema = z
  .array(
    z.strictObject({ id: cubeIdSchema, patch: updatePatchSchema, ifVersion }).meta({ id: "BatchUpdate" }),
  )
  .min(1)
  .max(LIMITS.batch);

export const forgetsSchema = z
  .array(z.strictObject({ id: cubeIdSchema, ifVersion }).meta({ id: "BatchForget" }))
  .min(1)
  .max(LIMITS.batch);

export const getManyOptionsSchema = z.strictObject({ asOf: whenSchema.optional(), signal });

export const manyOptionsSchema = z.strictObject({
  actor: nameText(LIMITS.nameCharacters).optional(),
  cause: remarkText(LIMITS.causeCharacters).optional(),
  /** Repeating the batch with the same key does again only what was not done. */
  idempotencyKey: onceOption,
  signal,
});

export const getManyResultSchema = z
  .strictObject({
    /** In the order in which they were asked for. */
    cubes: z.array(memCubeSchema),
    /** Those that are not in this scope. */
    missing: z.array(cubeIdSchema),
  })
  .meta({ id: "GetManyResult" });

/** What became of one item of a batch. */
export const batchOutcomeSchema = z
  .strictObject({
    id: cubeIdSchema,
    /** The new version; absent when it failed. */
    written: writtenSchema.optional(),
    /** True when this item had been done by an earlier call with the same key. */
    replayed: z.boolean(),
    /** Why it was left as it is. */
    error: z
      .strictObject({
        code: z.string(),
        message: z.string(),
        remedy: z.string(),
        path: z.string().optional(),
      })
      .optional(),
  })
  .meta({ id: "BatchOutcome" });

export const batchReceiptSchema = z
  .strictObject({
    operation: z.enum(["update", "forget"]),
    /** One for each item, in their order. */
    outcomes: z.array(batchOutcomeSchema),
    done: z.int().nonnegative(),
    failed: z.int().nonnegative(),
    llmCalls: z.int().nonnegative(),
    llmTokens: z.int().nonnegative(),
    milliseconds: z.number().nonnegative(),
    warnings: z.array(warningSchema),
  })
  .meta({ id: "BatchReceipt" });

export type BatchUpdate = z.input<typeof updatesSchema>[number];
export type BatchForget = z.input<typeof forgetsSchema>[number];
export type GetManyOptions = z.input<typeof getManyOptionsSchema>;
export type GetManyResult = z.infer<typeof getManyResultSchema>;
export type ManyOptions = z.input<typeof manyOptionsSchema>;
export type BatchOutcome = z.infer<typeof batchOutcomeSchema>;
export type BatchReceipt = z.infer<typeof batchReceiptSchema>;

/** What is wrong with one item; everything else is wrong with the store, and ends the batch. */
const OF_ONE_ITEM: readonly ErrorCode[] = [
  "NOT_FOUND",
  "CONFLICT",
  "INVALID_TRANSITION",
  "INVALID_INPUT",
  "TOO_LARGE",
  "FORBIDDEN",
  "QUOTA_EXCEEDED",
  "IDEMPOTENCY_MISMATCH",
];

/**
 * Does one item after the other, each in a transaction of its own: one that fails is named and the rest goes on. A
 * failure of the store ends the batch with its error; what was done stays done, and a repetition with the same key
 * goes on from there.
 */
export async function oneByOne<Item extends { readonly id: string }>(
  operation: BatchReceipt["operation"],
  items: readonly Item[],
  key: OwnKey | undefined,
  run: (item: Item, key: OwnKey | undefined) => Promise<WriteReceipt>,
): Promise<BatchReceipt> {
  const started = performance.now();
  const outcomes: BatchOutcome[] = [];
  const warnings: WriteReceipt["warnings"] = [];
  for (const [index, item] of items.entries()) {
    try {
      const receipt = await run(item, key?.part(index));
      const [written] = receipt.written;
      warnings.push(...receipt.warnings);
      outcomes.push({
        id: item.id,
        ...(written === undefined ? {} : { written }),
        replayed: receipt.replayed,
      });
    } catch (error) {
      if (!isMemosError(error) || !OF_ONE_ITEM.includes(error.code)) throw error;
      outcomes.push({ id: item.id, replayed: false, error: error.toJSON() });
    }
  }
  const failed = outcomes.filter(({ error }) => error !== undefined).length;
  return {
    operation,
    outcomes,
    done: outcomes.length - failed,
    failed,
    llmCalls: 0,
    llmTokens: 0,
    milliseconds: performance.now() - started,
    warnings,
  };
}
