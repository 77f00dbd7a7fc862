import * as z from "zod";
import { EXTRACTION_LIMITS } from "../../../memos/extraction/index.js";
import { answerSchema, candidateSchema, noteSchema } from "../../../memos/extraction/schema.js";
import { definePrompt } from "../../../memos/prompts/index.js";

const text = z.string();
const handles = z.array(z.string());
const perhaps = z.string().nullable();

const common = { from: handles, replaces: handles };

/** As `agents/types` has them, without sizes, and with null for what is not known: strict servers want it so. */
const memory = z.union([
  z.strictObject({ type: z.literal("core"), ...common, label: text, value: text }),
  z.strictObject({
    type: z.literal("episodic"),
    ...common,
    what: text,
    who: z.array(text),
    where: perhaps,
    when: perhaps,
    details: perhaps,
  }),
  z.strictObject({ type: z.literal("semantic"), ...common, name: text, details: text }),
  z.strictObject({
    type: z.literal("procedural"),
    ...common,
    name: text,
    kind: z.enum(["workflow", "guide", "script"]),
    preconditions: z.array(text),
    steps: z.array(text),
  }),
  z.strictObject({ type: z.literal("resource"), ...common, title: text, uri: perhaps, summary: text }),
]);

/**
 * The meta memory manager and the managers of MIRIX (arXiv 2507.07957, section 3) as one call, which also writes the
 * notes of A-MEM. Theirs are 4 to 15 calls an input.
 */
export const CONTROLLER_PROMPT = definePrompt({
  file: "controller",
  constants: {
    maxKeywords: EXTRACTION_LIMITS.keywords,
    maxTags: EXTRACTION_LIMITS.tags,
    maxEvolutions: EXTRACTION_LIMITS.evolutions,
  },
  input: z.strictObject({ notes: z.array(noteSchema), candidates: z.array(candidateSchema) }),
  answer: z.strictObject({
    ...answerSchema.shape,
    memories: z.array(memory),
    forget: z.array(z.strictObject({ asks: z.string(), forget: z.string() })),
  }),
});
