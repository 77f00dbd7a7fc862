export type { MemCube, PortableCube, Scope, Version } from "../memcube/index.js";
export { type ErrorCode, isMemosError, MemosError } from "../memcube/index.js";
export * from "./filter.js";
export * from "./inference/index.js";
export type { Logger } from "./logger.js";
export { MemOS, type OpenOptions, type RebuildOptions, type SignalOption } from "./memos.js";
export * from "./operations.js";
export { parse } from "./parse.js";
