import { tool } from "@openai/agents";
import * as z from "zod";
import type { Scope } from "../../../memcube/index.js";
import type { MemOS } from "../../../memos/index.js";
import { MEMORY_TOOLS } from "../../tools/index.js";

type Schema = {
  type: "object";
  properties: Record<string, never>;
  required: string[];
  additionalProperties: true;
};

/**
 * The memory tools for an agent.
 *
 * @example
 * const agent = new Agent({ name: "Helper", tools: memoryTools(memos, { tenant: "acme", user: "ana" }) });
 */
export function memoryTools(memos: MemOS, scope: Scope) {
  return MEMORY_TOOLS.map(({ name, description, input, execute }) =>
    tool({
      name,
      description,
      // Its strict mode knows no defaults; our own check is strict.
      strict: false,
      parameters: z.toJSONSchema(input, { io: "input" }) as unknown as Schema,
      execute: (given: unknown, _context, details) =>
        execute(given, { memos, scope, signal: details?.signal }),
    }),
  );
}
