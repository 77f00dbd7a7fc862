import { forget } from "./forget.js";
import { listTimeline } from "./listTimeline.js";
import type { MemoryTool } from "./memoryTool.js";
import { openMemory } from "./openMemory.js";
import { remember } from "./remember.js";
import { searchMemory } from "./searchMemory.js";

export { TOOL_LIMITS } from "./limits.js";
export type { MemoryTool, ToolContext, ToolFailure, ToolOutput } from "./memoryTool.js";
export { forget, listTimeline, openMemory, remember, searchMemory };

/** What a model can do with memory. */
export const MEMORY_TOOLS = [searchMemory, openMemory, remember, forget, listTimeline] as const;

export type MemoryToolName = (typeof MEMORY_TOOLS)[number]["name"];

/** The same, as a list of one type. */
export const memoryTools: readonly MemoryTool<MemoryToolName>[] = MEMORY_TOOLS;
