export { checkPrompt, checkPrompts, type PromptCheck } from "./checkPrompt.js";
export { definePrompt, PROMPT_FOLDER, Prompt, type PromptDefinition, type RenderedPrompt } from "./prompt.js";
