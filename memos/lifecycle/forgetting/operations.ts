import * as z from "zod";
import { cubeIdSchema, LIMITS, originSchema, scopeSchema } from "../../../memcube/index.js";
import { nameText, remarkText } from "../../../memcube/text.js";
import { filterSchema } from "../../filter.js";
import { querySchema, warningSchema, whenSchema } from "../../operations.js";

/** Cubes that one call forgets; the rest of a larger wish is for the next call. */
export const FORGOTTEN_AT_ONCE = 10_000;

/** Texts that a preview shows. */
export const PREVIEWED = 10;

export const forgetModeSchema = z.enum(["tombstone", "purge"]).meta({
  id: "ForgetMode",
  description: `A tombstone is out of every answer and can be undone for ${LIMITS.undoDays} days; after a purge the content is gone.`,
});

/** What is to be forgotten in a scope: all conditions together, and one at least. */
export const forgetSelectorSchema = z
  .strictObject({
    ids: z.array(cubeIdSchema).min(1).max(FORGOTTEN_AT_ONCE).optional(),
    /** Everything in the scope. */
    all: z.literal(true).optional(),
    origins: z.array(originSchema).min(1).optional(),
    actors: z.array(nameText(LIMITS.nameCharacters)).min(1).max(LIMITS.labels).optional(),
    /** Recorded at this time or later. */
    from: whenSchema.optional(),
    /** Recorded before this time. */
    to: whenSchema.optional(),
    where: filterSchema.optional(),
    /** What a search finds; only with the token of a preview. */
    query: querySchema.optional(),
    /** Results of the query. */
    k: z.int().min(1).max(LIMITS.results).optional(),
  })
  .refine(
    (selector) => Object.entries(selector).some(([name, value]) => name !== "k" && value !== undefined),
    "names nothing to forget; `all: true` means everything in the scope",
  )
  .meta({ id: "ForgetSelector" });

const signal = z.instanceof(AbortSignal).optional();

export const forgetSelectionOptionsSchema = z.strictObject({
  mode: forgetModeSchema.default("tombstone"),
  /** From a preview: exactly what was shown is forgotten, or nothing. */
  token: z.string().max(128).optional(),
  actor: nameText(LIMITS.nameCharacters).optional(),
  cause: remarkText(LIMITS.causeCharacters).optional(),
  signal,
});

export const forgetPreviewSchema = z
  .strictObject({
    count: z.int().nonnegative(),
    /** Cubes that were made from these, and go along when they are purged. */
    derived: z.int().nonnegative(),
    held: z.array(z.strictObject({ id: cubeIdSchema, reason: z.string() })),
    /** The first of them, to look at. */
    sample: z.array(z.strictObject({ id: cubeIdSchema, text: z.string() })),
    /** True when there is more than one call forgets. */
    more: z.boolean(),
    token: z.string(),
  })
  .meta({ id: "ForgetPreview" });

const stepSchema = z.enum(["done", "pending"]);

export const purgeReceiptSchema = z
  .strictObject({
    id: cubeIdSchema,
    operation: z.literal("forget"),
    mode: forgetModeSchema,
    scope: scopeSchema,
    recordedAt: z.iso.datetime(),
    forgotten: z.array(
      z.strictObject({
        id: cubeIdSchema,
        versions: z.int().nonnegative(),
        /** Hash of the last version: proof of what it was, for who still has it. */
        hash: z.string(),
        /** Gone because it was made from one that is. */
        derived: z.boolean(),
      }),
    ),
    skipped: z.array(z.strictObject({ id: cubeIdSchema, reason: z.string() })),
    /** True when there is more that the wish is about: repeat it. */
    more: z.boolean(),
    /** What is done already; what is pending is done soon, also after a crash. */
    steps: z.strictObject({ ledger: stepSchema, index: stepSchema, blobs: stepSchema, log: stepSchema }),
    /** By which `verify` finds content that should be gone. */
    fingerprints: z.strictObject({
      salt: z.string(),
      windows: z.array(z.strictObject({ cube: cubeIdSchema, roll: z.int(), proof: z.string() })),
      /** Cubes of which every text was too short to be looked for. */
      tooShort: z.array(cubeIdSchema),
    }),
    milliseconds: z.number().nonnegative(),
    warnings: z.array(warningSchema),
  })
  .meta({ id: "ForgetReceipt" });

export const verifyResultSchema = z
  .strictObject({
    /** Whether nothing was found and nothing is pending. */
    clean: z.boolean(),
    files: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    /** Windows looked for. */
    windows: z.int().nonnegative(),
    found: z.array(z.strictObject({ cube: cubeIdSchema, file: z.string(), offset: z.int().nonnegative() })),
    /** Cubes that the ledger or the index still has. */
    remains: z.array(cubeIdSchema),
    /** Places where the same words stand in a memory that is left. */
    saidElsewhere: z.int().nonnegative(),
    tooShort: z.array(cubeIdSchema),
    pending: z.boolean(),
    milliseconds: z.number().nonnegative(),
  })
  .meta({ id: "ForgetVerification" });

export type ForgetMode = z.infer<typeof forgetModeSchema>;
export type ForgetSelector = z.input<typeof forgetSelectorSchema>;
export type ForgetSelectionOptions = z.input<typeof forgetSelectionOptionsSchema>;
export type ForgetPreview = z.infer<typeof forgetPreviewSchema>;
export type ForgetReceipt = z.infer<typeof purgeReceiptSchema>;
export type ForgetVerification = z.infer<typeof verifyResultSchema>;
