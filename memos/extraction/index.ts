export type { ShownInPart } from "./batches.js";
export type { ExtractionCache } from "./cache.js";
export { EXTRACTION_LIMITS } from "./limits.js";
export {
  type ExtractionFailure,
  type ExtractionReceipt,
  type ExtractionResult,
  ModelExtraction,
  type ModelExtractionOptions,
} from "./modelExtraction.js";
export { EXTRACTION_PROMPT } from "./prompt.js";
export { type ExtractionQuestion, NOTES_QUESTION } from "./question.js";
export type { ExtractionCandidate, ExtractionInput, ExtractionNote } from "./schema.js";
export type { Rejection } from "./sieve.js";
export type {
  ExtractedEntity,
  ExtractedFact,
  ExtractedNote,
  ProposedEvolution,
  ProposedLink,
} from "./siftAnswer.js";
