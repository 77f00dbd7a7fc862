import * as z from "zod";
import { storableText } from "../../memcube/text.js";
import { definePrompt } from "../../memos/prompts/index.js";
import { answerObject, type Taken } from "./answerObject.js";
import { PROGRAM_LIMITS as LIMITS } from "./limits.js";
import { filePathSchema } from "./path.js";

export const WRITE_KINDS = ["create", "replace", "append"] as const;

const line = z.number().nullable();

/** One instruction, carried out over files: precise reads, precise writes (L2MAC, arXiv 2310.02003, section 3). */
export const STEP_PROMPT = definePrompt({
  file: "program-step",
  constants: { noteCharacters: LIMITS.noteCharacters },
  input: z.strictObject({
    goal: z.string(),
    number: z.int().positive(),
    count: z.int().positive(),
    instruction: z.string(),
    done: z.string(),
    files: z.string(),
    lines: z.string(),
    problem: z.string(),
  }),
  answer: z.strictObject({
    reads: z.array(z.strictObject({ path: z.string(), from: line, to: line })),
    writes: z.array(
      z.strictObject({ path: z.string(), kind: z.enum(WRITE_KINDS), from: line, to: line, text: z.string() }),
    ),
    note: z.string(),
    done: z.boolean(),
  }),
});

const lineNumber = z.int().positive().nullish();
const text = z
  .string()
  .refine(
    (value) => value.isWellFormed() && !value.includes("\u0000"),
    "must be well-formed Unicode without NUL",
  );

/** What is taken of an answer: what many models leave out has a value that means nothing. */
const takenSchema = z.object({
  reads: z
    .array(z.object({ path: filePathSchema, from: lineNumber, to: lineNumber }))
    .max(LIMITS.reads)
    .nullish()
    .transform((reads) => reads ?? []),
  writes: z
    .array(
      z.object({ path: filePathSchema, kind: z.enum(WRITE_KINDS), from: lineNumber, to: lineNumber, text }),
    )
    .max(LIMITS.writes)
    .nullish()
    .transform((writes) => writes ?? []),
  note: z
    .string()
    .nullish()
    .transform((note) =>
      [
        ...(note ?? "")
          .toWellFormed()
          .replace(/[\s\p{Cc}\u2028\u2029]+/gu, " ")
          .trim(),
      ]
        .slice(0, LIMITS.noteCharacters)
        .join(""),
    ),
  done: z.boolean(),
});

export type StepAnswer = z.output<typeof takenSchema>;
export type WantedRead = StepAnswer["reads"][number];
export type WantedWrite = StepAnswer["writes"][number];

/** What can be taken of an answer, or what is wrong with it. Never throws. */
export function readStepAnswer(answer: string): Taken<StepAnswer> {
  return answerObject(takenSchema, answer);
}

/** A text that a file may hold in the end. */
export const fileTextSchema = storableText(LIMITS.fileBytes);
