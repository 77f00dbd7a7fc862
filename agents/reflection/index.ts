export { REFLECTION_LIMITS } from "./limits.js";
export { type ReflectionOptions, reflection } from "./reflection.js";
