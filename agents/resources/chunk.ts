import * as z from "zod";

/** First and last, both included, counted from 1. */
const rangeSchema = z.tuple([z.int().positive(), z.int().positive()]);

/** Where in its document something stands, in what the kind of document has: pages, lines or paragraphs. */
export const positionSchema = z.strictObject({
  pages: rangeSchema.optional(),
  lines: rangeSchema.optional(),
  paragraphs: rangeSchema.optional(),
});

/** A piece of a document that can be read by itself. */
export const chunkSchema = z.strictObject({
  text: z.string().min(1),
  format: z.enum(["text", "markdown"]),
  /** The titles it stands under, outermost first. */
  headings: z.array(z.string().min(1)),
  position: positionSchema,
});

export type Position = z.infer<typeof positionSchema>;
export type Chunk = z.infer<typeof chunkSchema>;

const UNITS = ["pages", "lines", "paragraphs"] as const;

/** From the beginning of the one to the end of the other. */
export function spanning(first: Position, last: Position): Position {
  const position: Position = {};
  for (const unit of UNITS) {
    const range = first[unit] ?? last[unit];
    if (range !== undefined) position[unit] = [range[0], (last[unit] ?? range)[1]];
  }
  return position;
}
