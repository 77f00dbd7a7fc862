import * as z from "zod";
import { LIMITS as CUBE_LIMITS, cubeIdSchema } from "../../memcube/index.js";
import { nameText, storableText } from "../../memcube/text.js";
import { DEFAULT_CALLS, PROGRAM_LIMITS as LIMITS } from "./limits.js";
import { filePathSchema } from "./path.js";

const count = z.int().nonnegative();
const signal = z.instanceof(AbortSignal).optional();

/** One instruction: what to do and, where that is known, the file that must have changed when it is done. */
export const instructionSchema = z
  .strictObject({ text: nameText(LIMITS.instructionCharacters), file: filePathSchema.optional() })
  .meta({ id: "Instruction" });

export const goalSchema = storableText(LIMITS.goalCharacters * 4).refine(
  (goal) => goal.length <= LIMITS.goalCharacters,
  `has more than ${LIMITS.goalCharacters} characters`,
);

export const planOptionsSchema = z.strictObject({
  /** What is to be done, in order; without them a model writes the list in one call. */
  instructions: z
    .array(z.union([instructionSchema, nameText(LIMITS.instructionCharacters)]))
    .min(1)
    .max(LIMITS.instructions)
    .optional(),
  /** A plan with the same key and the same goal is made once. */
  idempotencyKey: nameText(CUBE_LIMITS.idempotencyKeyCharacters - 16).optional(),
  signal,
});

export const programsOptionsSchema = z.strictObject({
  /** Tokens that one call may take, prompt, schema and answer together, by o200k_base. */
  contextTokens: z.int().min(LIMITS.contextTokens).max(1_000_000).default(8_192),
  /** Of them: tokens of the answer. */
  answerTokens: z.int().min(256).max(100_000).default(2_048),
  /** Further calls for an instruction whose result was not good. */
  repairs: z.int().min(0).max(10).default(2),
  /** Times in a row that one call may ask to read before it writes. */
  readRounds: z.int().min(0).max(10).default(3),
  /** Calls of one program in all; it stops when they are used up. */
  calls: z.int().min(1).max(LIMITS.calls).default(DEFAULT_CALLS),
  /** How long a job that died holds its program, in milliseconds; see docs/jobs.md. */
  leaseMs: z.int().min(1_000).max(600_000).default(30_000),
});

export const programStateSchema = z.enum(["waiting", "running", "stopped", "done", "cancelled"]).meta({
  id: "ProgramState",
  description:
    "`waiting` has not begun, `running` has begun and goes on with `run` or its job, `stopped` has an instruction that could not be done and goes on when it is run again.",
});

/** What a program cost so far. A call that a crash has cut off is not in it. */
export const programReceiptSchema = z
  .strictObject({
    /** Answers of the model, those of the plan included. */
    calls: count,
    inputTokens: count,
    outputTokens: count,
    instructionsDone: count,
    /** Further attempts at instructions whose result was not good. */
    repairs: count,
    /** Attempts that a crash had cut off in the middle of their changes, and that were undone. */
    abandoned: count,
  })
  .meta({ id: "ProgramReceipt" });

export const programStatusSchema = z
  .strictObject({
    id: cubeIdSchema,
    state: programStateSchema,
    goal: z.string(),
    /** Why it has stopped. */
    reason: z.string().optional(),
    /** Number of the next instruction, from 1; absent when all are done. */
    next: z.int().positive().optional(),
    instructions: z.array(
      instructionSchema.extend({
        done: z.boolean(),
        /** What was done, in one line. */ note: z.string().optional(),
      }),
    ),
    receipt: programReceiptSchema,
  })
  .meta({ id: "ProgramStatus" });

export const programFileSchema = z
  .strictObject({
    path: filePathSchema,
    /** The cube that holds it; its versions are those of the file. */
    cube: cubeIdSchema,
    version: z.int().positive(),
    lines: count,
    bytes: count,
  })
  .meta({ id: "ProgramFile" });

export const readRangeSchema = z
  .strictObject({ from: z.int().positive(), to: z.int().positive() })
  .partial()
  .refine(({ from = 1, to = Number.MAX_SAFE_INTEGER }) => from <= to, "must not end before it begins");

export type Instruction = z.infer<typeof instructionSchema>;
export type PlanOptions = z.input<typeof planOptionsSchema>;
export type ProgramState = z.infer<typeof programStateSchema>;
export type ProgramReceipt = z.infer<typeof programReceiptSchema>;
export type ProgramStatus = z.infer<typeof programStatusSchema>;
export type ProgramFile = z.infer<typeof programFileSchema>;
export type ReadRange = z.infer<typeof readRangeSchema>;

/** The files as an instruction would leave them. */
export interface FilesView {
  readonly paths: readonly string[];
  /** The text of a file; undefined when there is none. */
  read(path: string): Promise<string | undefined>;
}

/**
 * Looks at what an instruction would leave behind, before it takes effect. A sentence is what is wrong, and the
 * model is told; undefined is well. It must give the same answer for the same files.
 */
export type ProgramCheck = (
  files: FilesView,
  at: { readonly number: number; readonly instruction: Instruction; readonly changed: readonly string[] },
) => string | undefined | Promise<string | undefined>;

export type ProgramsOptions = z.input<typeof programsOptionsSchema> & { readonly check?: ProgramCheck };
export type Settings = z.output<typeof programsOptionsSchema>;
