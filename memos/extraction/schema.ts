import * as z from "zod";
import { cubeTypeSchema, instantSchema } from "../../memcube/index.js";
import { nameText } from "../../memcube/text.js";
import { EXTRACTION_LIMITS as LIMITS } from "./limits.js";

export const LINK_KINDS = ["link", "supports", "contradicts"] as const;

const name = nameText(LIMITS.nameCharacters);
const noteHandle = z.string().regex(/^n[1-9]\d{0,5}$/, "must be a handle such as n1");
const candidateHandle = z.string().regex(/^c[1-9]\d{0,5}$/, "must be a handle such as c1");

/** New text to extract from. */
export const noteSchema = z.strictObject({
  handle: noteHandle,
  text: z.string(),
  /** Who said or made it. */
  actor: name,
  at: instantSchema.optional(),
  title: z.string().optional(),
});

/** An existing memory that a new one may link to. The model never sees its id. */
export const candidateSchema = z.strictObject({
  handle: candidateHandle,
  text: z.string(),
  title: z.string().optional(),
  at: instantSchema.optional(),
  type: cubeTypeSchema.optional(),
});

const areUnique = (items: readonly { handle: string }[]) =>
  new Set(items.map((item) => item.handle)).size === items.length;

export const extractionInputSchema = z.strictObject({
  notes: z.array(noteSchema).max(LIMITS.notes).refine(areUnique, "must not name a handle twice"),
  candidates: z
    .array(candidateSchema)
    .max(LIMITS.candidates)
    .refine(areUnique, "must not name a handle twice")
    .default([]),
});

export type ExtractionNote = z.output<typeof noteSchema>;
export type ExtractionCandidate = z.output<typeof candidateSchema>;
export type ExtractionInput = z.input<typeof extractionInputSchema>;

const strings = z.array(z.string());
const date = z.string().nullable();

/**
 * The form of an answer as the model is asked for it. Every field is required and nothing else is allowed,
 * which is what servers that enforce a schema demand; how long things may be is checked in `siftAnswer`,
 * because many of them refuse a schema with sizes.
 */
export const answerSchema = z.strictObject({
  notes: z.array(
    z.strictObject({
      handle: z.string(),
      keywords: strings,
      tags: strings,
      context: z.string(),
      entities: z.array(z.strictObject({ name: z.string(), kind: z.string() })),
      facts: z.array(
        z.strictObject({
          subject: z.string(),
          relation: z.string(),
          object: z.string(),
          validFrom: date,
          validTo: date,
        }),
      ),
    }),
  ),
  links: z.array(
    z.strictObject({ from: z.string(), to: z.string(), kind: z.enum(LINK_KINDS), why: z.string() }),
  ),
  evolutions: z.array(
    z.strictObject({
      handle: z.string(),
      tags: strings.nullable(),
      context: z.string().nullable(),
      keywords: strings.nullable(),
      why: z.string(),
    }),
  ),
});

export const ANSWER_FIELDS = Object.keys(answerSchema.shape);
