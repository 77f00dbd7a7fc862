import { EXTRACTION_PROMPT } from "../memos/extraction/index.js";
import { SUMMARY_PROMPT } from "../memos/lifecycle/consolidation/modelSummary.js";
import { PARAPHRASING_PROMPT } from "../memos/parametric/trainingSet/paraphrasing.js";
import type { Prompt } from "../memos/prompts/index.js";
import { CONTROLLER_PROMPT } from "./controller/model/prompt.js";
import { PLAN_PROMPT } from "./programs/planning.js";
import { STEP_PROMPT } from "./programs/stepPrompt.js";
import { REFLECTION_PROMPT } from "./reflection/insights.js";

/** Every prompt that this package sends to a model, in the order of their names. */
export const PROMPTS: readonly Prompt[] = [
  CONTROLLER_PROMPT,
  EXTRACTION_PROMPT,
  PARAPHRASING_PROMPT,
  PLAN_PROMPT,
  REFLECTION_PROMPT,
  STEP_PROMPT,
  SUMMARY_PROMPT,
].map((prompt) => prompt as unknown as Prompt);
