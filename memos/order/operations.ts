import * as z from "zod";
import { cubeIdSchema, instantSchema } from "../../memcube/index.js";
import { costShape, searchOptionsSchema } from "../operations.js";

const { types, where, asOf, signal } = searchOptionsSchema.shape;

export const orderOptionsSchema = z.strictObject({ types, where, asOf, signal });

const share = z.number().min(0).max(1);

/** Where a text was found. */
export const textPlaceSchema = z
  .strictObject({
    cube: cubeIdSchema,
    /** Where it stands in the text of the memory: half-open, in UTF-16 units. */
    span: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
    /** Share of its words that stand there, rare ones counting more. */
    coverage: share,
    recordedAt: instantSchema,
    occurredAt: instantSchema.optional(),
  })
  .meta({ id: "TextPlace" });

export const orderResultSchema = z
  .strictObject({
    /** Which of the two came first; null where that is not known. */
    first: z.enum(["a", "b"]).nullable(),
    /**
     * What decided: when the memories happened, where both say so; the order in which they arrived; or the places in
     * one text.
     */
    by: z.enum(["time", "arrival", "position"]).nullable(),
    /** The shares of both texts that were found, multiplied; 0 where the order is not known. */
    confidence: share,
    /** Where each stands; null where memory does not have it. */
    a: textPlaceSchema.nullable(),
    b: textPlaceSchema.nullable(),
    receipt: z.strictObject({ operation: z.literal("order"), ...costShape }),
  })
  .meta({ id: "OrderResult" });

export type OrderOptions = z.input<typeof orderOptionsSchema>;
export type OrderResult = z.infer<typeof orderResultSchema>;
export type TextPlace = z.infer<typeof textPlaceSchema>;
