export { type Dialogue, dialogueIn, soughtIn } from "./dialogue.js";
export { LONG_CONTEXT_LIMITS } from "./limits.js";
export { type Taken, takeIn } from "./longContext.js";
