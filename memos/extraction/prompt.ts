import * as z from "zod";
import { definePrompt } from "../prompts/index.js";
import { EXTRACTION_LIMITS as LIMITS } from "./limits.js";
import { answerSchema, candidateSchema, noteSchema } from "./schema.js";

/**
 * Notes with keywords, tags and a one-sentence context, links and neighbour evolution are A-MEM's (arXiv
 * 2502.12110, section 3), entities and triples HippoRAG's open information extraction (arXiv 2405.14831,
 * section 2.2; 2502.14802). Theirs are two to four calls a note, this is one for several.
 */
export const EXTRACTION_PROMPT = definePrompt({
  file: "extraction",
  constants: { maxKeywords: LIMITS.keywords, maxTags: LIMITS.tags, maxEvolutions: LIMITS.evolutions },
  input: z.strictObject({ notes: z.array(noteSchema), candidates: z.array(candidateSchema) }),
  answer: answerSchema,
});
