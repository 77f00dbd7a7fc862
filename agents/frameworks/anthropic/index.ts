export { MEMORY_FILE_LIMITS } from "./limits.js";
export { MemoryFiles } from "./memoryFiles.js";
