import type { Tool } from "ai";
import type { Scope } from "../../../memcube/index.js";
import type { MemOS } from "../../../memos/index.js";
import {
  forget,
  listTimeline,
  type MemoryTool,
  openMemory,
  remember,
  searchMemory,
  type ToolFailure,
  type ToolOutput,
} from "../../tools/index.js";

type MemosTool = Tool<Record<string, unknown>, ToolOutput | ToolFailure>;

/**
 * The memory tools for `generateText` and `streamText`.
 *
 * @example
 * await generateText({ model, tools: memoryTools(memos, { tenant: "acme", user: "ana" }), prompt });
 */
export function memoryTools(memos: MemOS, scope: Scope) {
  const tool = ({ description, input, execute }: MemoryTool): MemosTool => ({
    description,
    inputSchema: input,
    execute: (given, { abortSignal }) => execute(given, { memos, scope, signal: abortSignal }),
  });
  return {
    search_memory: tool(searchMemory),
    open_memory: tool(openMemory),
    remember: tool(remember),
    forget: tool(forget),
    list_timeline: tool(listTimeline),
  };
}
