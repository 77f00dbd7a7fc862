import { ErrorCode as RpcCode } from "@modelcontextprotocol/sdk/types.js";
import type { ErrorCode } from "../../../memcube/index.js";
import { knownError } from "./tools/mcpTool.js";

/** As the protocol has it for resources; the SDK has no name for it. */
const RESOURCE_NOT_FOUND = -32_002;

const CODES: Partial<Record<ErrorCode, number>> = {
  NOT_FOUND: RESOURCE_NOT_FOUND,
  INVALID_INPUT: RpcCode.InvalidParams,
};

/** An error as the protocol tells it. The SDK's own class puts its name into the message, and the client once more. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }

  /** Ours, with everything that it says; of others nothing. */
  static of(error: unknown): RpcError {
    if (error instanceof RpcError) return error;
    const known = knownError(error);
    return new RpcError(CODES[known.code] ?? RpcCode.InternalError, known.message, known.toJSON());
  }
}
