import * as z from "zod";
import { sha256Schema } from "../../memcube/hash.js";
import { cubeIdSchema, cubeTypeSchema, instantSchema, LIMITS, scopeSchema } from "../../memcube/index.js";

export const TRACE_LIMITS = {
  /** Memories that one trace is about, and what it made or refused. */
  entries: 1_000,
  /** Characters of a reason. */
  reasonCharacters: 500,
  /** Days for which traces are kept. */
  days: 90,
} as const;

const count = z.int().nonnegative();
const cubes = z.array(cubeIdSchema).max(TRACE_LIMITS.entries);
const reason = z.string().max(TRACE_LIMITS.reasonCharacters);

/** Ids, types and reasons in our own words: never what a memory says. */
export const traceSchema = z
  .strictObject({
    /** Of the same memories at the same versions always the same. */
    id: sha256Schema,
    scope: scopeSchema,
    at: instantSchema,
    by: z.enum(["rules", "model"]),
    model: z.string().max(LIMITS.nameCharacters).optional(),
    promptHash: sha256Schema.optional(),
    /** What was read, what it was taken for, and why nothing more was made of it where nothing was. */
    read: z
      .array(
        z.strictObject({
          cube: cubeIdSchema,
          version: z.int().positive(),
          types: z.array(cubeTypeSchema),
          reason: reason.optional(),
        }),
      )
      .max(TRACE_LIMITS.entries),
    /** `type`: the memory itself was taken for another type. */
    made: z
      .array(
        z.strictObject({
          operation: z.enum(["add", "type", "archive", "forget"]),
          cube: cubeIdSchema,
          version: z.int().positive(),
          type: cubeTypeSchema,
          /** The memories that it was made of. */
          from: cubes,
        }),
      )
      .max(TRACE_LIMITS.entries),
    refused: z.array(z.strictObject({ what: reason, reason, from: cubes })).max(TRACE_LIMITS.entries),
    llmCalls: count,
    llmTokens: count,
    milliseconds: z.number().nonnegative(),
  })
  .meta({ id: "Trace", description: "What was decided about new memories, and why." });

export const traceListOptionsSchema = z.strictObject({
  /** Those that read or made this memory. */
  cube: cubeIdSchema.optional(),
  limit: z.int().min(1).max(LIMITS.results).default(50),
  /** From the page before. */
  cursor: z.string().max(64).optional(),
});

export const traceListSchema = z
  .strictObject({ traces: z.array(traceSchema), cursor: z.string().optional() })
  .meta({ id: "TraceList" });

export type Trace = z.output<typeof traceSchema>;
export type TraceListOptions = z.input<typeof traceListOptionsSchema>;
export type TraceList = z.output<typeof traceListSchema>;
