import * as z from "zod";
import { ADAPTER_LIMITS } from "../limits.js";

/** The gates' questions: so many of memories, so many pairs, and the rest over memory in the prompt. */
export const RECALL_QUESTIONS = 1_000;
export const RECOGNITION_PAIRS = 500;
export const RETENTION_QUESTIONS = ADAPTER_LIMITS.questions - RECALL_QUESTIONS - RECOGNITION_PAIRS;

/**
 * Questions over memory in the prompt, at least, where there are any: an adapter of a few facts forgets as much of how
 * memory is read as one of many (eight facts with their share of 26 cost 4 points of it).
 */
export const LEAST_REPLAY = 120;

const share = z.number().min(0).max(1);

export const trainingSetOptionsSchema = z
  .strictObject({
    /** Equal seeds and sources give equal sets. */
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(1),
    /** Questions about names that nobody mentioned, for each example that teaches a memory. */
    negatives: share.default(0.2),
    /** Questions over memory in the prompt, for each example that teaches a memory; none, or at least `LEAST_REPLAY`. */
    replay: share.default(0.25),
    /** Questions over memory in the prompt that the gates ask. */
    retention: z.int().min(1).max(RETENTION_QUESTIONS).default(200),
  })
  .meta({ id: "TrainingSetOptions" });

export type TrainingSetOptions = z.input<typeof trainingSetOptionsSchema>;
