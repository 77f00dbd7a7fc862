import { MemosError } from "../../../memcube/index.js";
import { HttpError, toProblem } from "../../problem.js";

/** An error as OpenAI's clients read it. */
export interface OpenAIError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** What another server of this kind can do and this one does not: said, where leaving it out would change the answer. */
export function notHere(param: string, message: string): MemosError {
  return new MemosError("INVALID_INPUT", message, { path: param });
}

/** A model that is not there, or not for this key. */
export class UnknownModel extends HttpError {
  readonly openAICode = "model_not_found";

  constructor(name: string) {
    super("NOT_FOUND", `There is no model \`${name.slice(0, 64).toWellFormed()}\`.`, {
      status: 404,
      title: "Not found",
      remedy: "GET /v1/models lists what there is.",
    });
  }
}

/** Any thrown value in OpenAI's shape, with its status. What is not a MemosError says nothing about the inside. */
export function toOpenAIError(
  thrown: unknown,
  requestId: string,
): { readonly status: number; readonly error: OpenAIError; readonly retry: boolean } {
  const problem = toProblem(thrown, { requestId });
  const { status, code, detail, remedy, path } = problem;
  const isModel = thrown instanceof UnknownModel;
  return {
    status,
    retry: RETRIED.has(status),
    error: {
      message: `${detail} ${remedy}`,
      type: typeOf(status),
      param: isModel ? "model" : (path ?? null),
      code: (isModel ? thrown.openAICode : undefined) ?? CODES[code] ?? code.toLowerCase(),
    },
  };
}

/** Clients repeat every 5xx; what another try cannot change is answered with `x-should-retry: false`. */
const RETRIED = new Set([408, 429, 503]);

const CODES: Readonly<Record<string, string>> = {
  UNAUTHORIZED: "invalid_api_key",
  INVALID_INPUT: "invalid_request_error",
};

function typeOf(status: number): string {
  if (status === 403) return "permission_error";
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}
