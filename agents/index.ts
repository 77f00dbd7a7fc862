export { controller } from "./controller/controller.js";
export { CONTROLLER, CONTROLLER_LIMITS } from "./controller/limits.js";
export type { ControllerOptions } from "./controller/options.js";
export { type Remembered, remember } from "./intake/remember.js";
export * from "./programs/index.js";
export { type Route, Router } from "./routing/router.js";
export { ROUTED_TYPES, type RoutedType } from "./routing/routerModel.js";
export * from "./types/index.js";
