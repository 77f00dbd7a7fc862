import * as z from "zod";
import { cubeIdSchema, manifestEntrySchema, sha256Schema } from "../../memcube/index.js";
import { recipeSchema } from "./recipe.js";

/** What a gate measured before and after, and whether that is enough. Shares are between 0 and 1. */
export const gateResultSchema = z
  .strictObject({
    gate: z.enum(["recall", "recognition", "retention"]),
    before: z.number(),
    after: z.number(),
    /** What `after` had to reach: at least, or (perplexity) at most. */
    limit: z.number(),
    /** How many questions or tokens it is the figure of. */
    n: z.int().nonnegative(),
    passed: z.boolean(),
    /** A plain sentence. */
    why: z.string(),
  })
  .meta({ id: "AdapterGate" });

/** One point of the curve of training. */
export const trainingPointSchema = z
  .strictObject({
    step: z.int().nonnegative(),
    /** Mean loss for a token since the last point, and on what is held out. */
    loss: z.number(),
    heldOutLoss: z.number().optional(),
    seconds: z.number().nonnegative(),
  })
  .meta({ id: "AdapterTrainingPoint" });

/** A cube of which nothing was learned, and why. */
export const leftOutSchema = z.strictObject({
  cube: cubeIdSchema,
  reason: z.enum(["payload", "vault", "secret", "state", "superseded", "empty"]),
});

/** Everything that an adapter came from and what it was measured to do; its hash names it. */
export const adapterManifestSchema = z
  .strictObject({
    version: z.literal(1),
    /** SHA-256 of the weights file that it was trained on, and the name of that model. */
    base: z.strictObject({ sha256: sha256Schema, name: z.string(), architecture: z.string() }),
    cubes: z.array(manifestEntrySchema).min(1),
    leftOut: z.array(leftOutSchema),
    recipe: recipeSchema,
    /** SHA-256 of the training set as the trainer was given it. */
    trainingSet: z.strictObject({
      sha256: sha256Schema,
      examples: z.int().positive(),
      tokens: z.int().positive(),
    }),
    trainer: z.strictObject({ name: z.string(), release: z.string() }),
    steps: z.int().nonnegative(),
    seconds: z.number().nonnegative(),
    curve: z.array(trainingPointSchema),
    gates: z.array(gateResultSchema),
  })
  .meta({ id: "AdapterManifest" });

export type GateResult = z.infer<typeof gateResultSchema>;
export type TrainingPoint = z.infer<typeof trainingPointSchema>;
export type LeftOut = z.infer<typeof leftOutSchema>;
export type AdapterManifest = z.infer<typeof adapterManifestSchema>;
