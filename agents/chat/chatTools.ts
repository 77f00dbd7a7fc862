import { z } from "zod";
import type { ChatTool, MemOS } from "../../memos/index.js";
import { type MemoryToolName, memoryTools } from "../tools/index.js";

/** Tools that change nothing. */
const READING: readonly MemoryToolName[] = ["search_memory", "open_memory", "list_timeline"];

/** The memory tools for a chat: those that write only where it remembers. */
export function chatTools(memos: MemOS, remembers: boolean): ChatTool[] {
  return memoryTools
    .filter(({ name }) => remembers || READING.includes(name))
    .map((tool) => {
      const { $schema: _, ...parameters } = z.toJSONSchema(tool.input, { io: "input" });
      return {
        name: tool.name,
        description: tool.description,
        parameters,
        execute: async (input, context) => ({ ...(await tool.execute(input, { memos, ...context })) }),
      };
    });
}
