export { controller } from "./controller/controller.js";
export { CONTROLLER, CONTROLLER_LIMITS } from "./controller/limits.js";
export type { ControllerOptions } from "./controller/options.js";
export * from "./routing/router.js";
export * from "./types/index.js";
