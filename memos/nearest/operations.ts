import * as z from "zod";
import { cubeIdSchema } from "../../memcube/index.js";
import { costShape, searchOptionsSchema } from "../operations.js";
import { NEAREST_LIMITS } from "./limits.js";

const { types, where, asOf, signal } = searchOptionsSchema.shape;

export const nearestOptionsSchema = z.strictObject({
  /** Neighbours that vote, and are named. */
  k: z.int().min(1).max(NEAREST_LIMITS.neighbours).default(10),
  types,
  where,
  asOf,
  signal,
});

const share = z.number().min(0).max(1);

/** An example that voted, and where it stands. */
export const votingExampleSchema = z
  .strictObject({
    cube: cubeIdSchema,
    /** Where the example stands in the text of the memory: half-open, in UTF-16 units. */
    span: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
    text: z.string(),
    label: z.string(),
    /** 1 for the words of the question themselves. */
    similarity: z.number(),
  })
  .meta({ id: "VotingExample" });

export const nearestResultSchema = z
  .strictObject({
    /** The label with the most votes; null where memory has no labelled example, or none that is like the text. */
    label: z.string().nullable(),
    /** Its share of the vote. */
    confidence: share,
    /** The labels with the largest shares, as many as neighbours were asked for. */
    votes: z.array(z.strictObject({ label: z.string(), share })),
    /** The nearest examples, the likest first; one of the winning label at least. */
    examples: z.array(votingExampleSchema),
    receipt: z.strictObject({
      operation: z.literal("nearest"),
      /** Examples and labels that there were to choose from. */
      examples: z.int().nonnegative(),
      labels: z.int().nonnegative(),
      ...costShape,
    }),
  })
  .meta({ id: "NearestResult" });

export type NearestOptions = z.input<typeof nearestOptionsSchema>;
export type NearestResult = z.infer<typeof nearestResultSchema>;
