import { sha256 } from "../../memcube/index.js";
import { sourceOf } from "../mab/sources.js";
import { TEMPLATES_HASH } from "../mab/templates.js";
import type { Speaker } from "../readers/generate.js";
import { modelReader } from "../readers/modelReader.js";
import { recalledAnswer } from "../readers/recalledAnswer.js";
import type { LocomoAnswerer } from "./answerer.js";

/** Conversations, asked about as those of LongMemEval are. */
const SOURCE = { ...sourceOf("longmemeval"), name: "locomo", paperName: "LoCoMo" };

/** The same for every question, so that it does not tell which of them have no answer. */
const FORM = 'Answer "not mentioned" if it was never said, and with a date if it is a time.';

/** Lets a model answer from what memory recalls. */
export function modelAnswerer(engine: Speaker): LocomoAnswerer {
  const reader = modelReader(engine);
  return {
    name: reader.name,
    promptHash: sha256(TEMPLATES_HASH + FORM),
    answer: (question, memory, options) =>
      recalledAnswer(
        memory,
        { source: SOURCE, query: question, question: `${question} ${FORM}` },
        reader,
        options,
      ),
  };
}
