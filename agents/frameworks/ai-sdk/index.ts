export { type MemoryMiddlewareOptions, memoryMiddleware } from "./middleware.js";
export { memoryTools } from "./tools.js";
