import { MemosError } from "../../memcube/index.js";
import { toolTokens } from "../activation/conversation.js";
import type { Engine, ToolDefinition } from "../inference/engine.js";
import type { Warning } from "../operations.js";
import type { TokenCounter } from "../retrieval/tokens.js";
import { CHAT_LIMITS } from "./limits.js";
import type { ChatTool } from "./parts.js";

/** The tools that this model can be offered; none, with the reason, where it can call none or has no room for them. */
export function usableTools(
  tools: readonly ChatTool[],
  { name, capabilities }: Engine,
  contextTokens: number,
  counter: TokenCounter,
  warnings: Warning[],
): readonly ChatTool[] {
  if (tools.length === 0) return [];
  if (!capabilities.tools) {
    warnings.push({ code: "NO_TOOLS", message: `${name} cannot call tools: it answers without them.` });
    return [];
  }
  const tokens = toolTokens(tools, counter);
  if (tokens <= contextTokens * CHAT_LIMITS.toolShare) return tools;
  warnings.push({
    code: "NO_TOOLS",
    message: `What the tools say of themselves takes ${tokens} tokens, too many of the ${contextTokens} that ${name} takes: it answers without them.`,
  });
  return [];
}

/** @throws MemosError UNSUPPORTED where the caller's tools could not be called: nothing else takes their place. */
export function assertCallable(tools: readonly ToolDefinition[], { name, capabilities }: Engine): void {
  if (tools.length > 0 && !capabilities.tools)
    throw new MemosError("UNSUPPORTED", `${name} cannot call tools.`);
}
