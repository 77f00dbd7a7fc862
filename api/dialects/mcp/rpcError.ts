import { McpError, ErrorCode as RpcCode } from "@modelcontextprotocol/sdk/types.js";
import type { ErrorCode } from "../../../memcube/index.js";
import { knownError } from "./tools/mcpTool.js";

/** As the protocol has it for resources; the SDK has no name for it. */
const RESOURCE_NOT_FOUND = -32_002;

const CODES: Partial<Record<ErrorCode, number>> = {
  NOT_FOUND: RESOURCE_NOT_FOUND,
  INVALID_INPUT: RpcCode.InvalidParams,
};

/** An error as the protocol tells it, with ours beside it. */
export function rpcError(error: unknown): McpError {
  const known = knownError(error);
  return new McpError(CODES[known.code] ?? RpcCode.InternalError, known.message, known.toJSON());
}
