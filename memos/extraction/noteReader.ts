import type { NoteExtraction } from "./noteExtraction.js";
import type { Reader, Reading, ReadingResult } from "./reader.js";

/** Notes of one round. */
const NOTES = 10;

/** Asks a model for notes on what was written, and for nothing else. */
export class NoteReader implements Reader {
  readonly batch = NOTES;
  readonly #extraction: NoteExtraction<undefined>;

  constructor(extraction: NoteExtraction<undefined>) {
    this.#extraction = extraction;
  }

  async read(reading: Reading): Promise<ReadingResult> {
    const { result, silent, warnings } = await this.#extraction.read(reading);
    return {
      unanswered: silent,
      llmCalls: result.llmCalls,
      llmTokens: result.inputTokens + result.outputTokens,
      warnings,
    };
  }
}
