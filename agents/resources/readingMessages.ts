import * as z from "zod";
import { ERROR_REMEDIES, type ErrorCode } from "../../memcube/index.js";
import { chunkSchema } from "./chunk.js";
import { resourceKindSchema } from "./kind.js";
import { RESOURCE_LIMITS } from "./limits.js";

const codes = Object.keys(ERROR_REMEDIES) as [ErrorCode, ...ErrorCode[]];

export const limitsSchema = z.strictObject(
  Object.fromEntries(Object.keys(RESOURCE_LIMITS).map((name) => [name, z.number().positive()])) as Record<
    keyof typeof RESOURCE_LIMITS,
    z.ZodNumber
  >,
);

/** What the process that reads is told: what to read, and then that more is wanted. */
export const toReaderSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("read"),
    kind: resourceKindSchema,
    name: z.string(),
    bytes: z.int().nonnegative(),
    limits: limitsSchema,
  }),
  z.strictObject({ type: z.literal("more") }),
]);

/** What it answers. Everything in it comes from a document, and is checked like one. */
export const fromReaderSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("chunks"), chunks: z.array(chunkSchema), done: z.boolean() }),
  z.strictObject({ type: z.literal("alive") }),
  z.strictObject({
    type: z.literal("about"),
    about: z.strictObject({
      title: z.string().optional(),
      pages: z.int().positive().optional(),
      takenAt: z.string().optional(),
    }),
  }),
  z.strictObject({ type: z.literal("warning"), code: z.string(), message: z.string() }),
  z.strictObject({ type: z.literal("failed"), code: z.enum(codes), message: z.string() }),
]);

export type ToReader = z.infer<typeof toReaderSchema>;
export type FromReader = z.infer<typeof fromReaderSchema>;
