import type { CallToolResult, ToolAnnotations } from "@modelcontextprotocol/sdk/types.js";
import type * as z from "zod";
import type { ToolContext } from "../../../../agents/tools/index.js";
import { isMemosError, MemosError } from "../../../../memcube/index.js";

/** A tool as a host sees it, and what it does. */
export interface McpTool {
  readonly name: string;
  readonly title: string;
  /** For the model. */
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly annotations: ToolAnnotations;
  /** Never throws: what goes wrong is an answer that says so. The input may be anything. */
  call(input: unknown, context: ToolContext): Promise<CallToolResult>;
}

/** Memory is all that these tools touch. */
export const READS: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

export const WRITES: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: false,
};

export const DELETES: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: true,
  openWorldHint: false,
};

/** A failure as the answer to a call: the model reads what to do about it. */
export function failed(error: ReturnType<MemosError["toJSON"]>): CallToolResult {
  return { isError: true, content: [{ type: "text", text: JSON.stringify({ error }) }] };
}

/** An error that is not ours may say anything: nobody outside is told. */
export function knownError(error: unknown): MemosError {
  return isMemosError(error) ? error : new MemosError("INTERNAL", "The memory could not do this.");
}
