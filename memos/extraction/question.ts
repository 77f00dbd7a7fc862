import type { Prompt, RenderedPrompt } from "../prompts/index.js";
import { EXTRACTION_PROMPT } from "./prompt.js";
import type { ExtractionCandidate, ExtractionNote } from "./schema.js";
import type { Fields } from "./sieve.js";
import type { AnswerSieve } from "./siftAnswer.js";

/** What a model is asked about notes, and what is taken of its answer beside notes, links and evolutions. */
export interface ExtractionQuestion<More> {
  readonly prompt: Pick<Prompt, "name" | "hash" | "schema"> & {
    render(input: { notes: ExtractionNote[]; candidates: ExtractionCandidate[] }): RenderedPrompt;
  };
  /** Further fields of the answer. */
  readonly fields: readonly string[];
  /** Takes them; never throws, and what it does not take is with the sieve. */
  take(answer: Fields, sieve: AnswerSieve): More;
}

/** Notes alone. */
export const NOTES_QUESTION: ExtractionQuestion<undefined> = {
  prompt: EXTRACTION_PROMPT,
  fields: [],
  take: () => undefined,
};
