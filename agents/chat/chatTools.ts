import type { ChatTool, MemOS } from "../../memos/index.js";
import { type MemoryToolName, memoryTools } from "../tools/index.js";
import { plainSchema } from "./plainSchema.js";

/** Tools that change nothing. */
const READING: readonly MemoryToolName[] = ["search_memory", "open_memory", "list_timeline"];

/** The memory tools for a chat: those that write only where it remembers. */
export function chatTools(memos: MemOS, remembers: boolean): ChatTool[] {
  return memoryTools
    .filter(({ name }) => remembers || READING.includes(name))
    .map((tool) => ({
      name: tool.name,
      description: tool.description,
      parameters: plainSchema(tool.input),
      execute: async (input, context) => ({ ...(await tool.execute(input, { memos, ...context })) }),
    }));
}
