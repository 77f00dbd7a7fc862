import { type DynamicStructuredTool, tool } from "@langchain/core/tools";
import type { Scope } from "../../../memcube/index.js";
import type { MemOS } from "../../../memos/index.js";
import { MEMORY_TOOLS } from "../../tools/index.js";

/**
 * The memory tools for `bindTools` and agents.
 *
 * @example
 * const model = chat.bindTools(memoryTools(memos, { tenant: "acme", user: "ana" }));
 */
export function memoryTools(memos: MemOS, scope: Scope): DynamicStructuredTool[] {
  return MEMORY_TOOLS.map(({ name, description, input, execute }) =>
    tool((given: unknown, config) => execute(given, { memos, scope, signal: config.signal }), {
      name,
      description,
      schema: input,
    }),
  );
}
