import type { components } from "./generated/rest.js";

type Problem = components["schemas"]["Problem"];

/** What can go wrong on the way, beside what the server says. */
export type TransportCode = "CONNECTION_FAILED" | "TIMED_OUT" | "ANSWER_INVALID";

/** The closed set of codes: those of the server, and those of the way there. */
export type ClientErrorCode = Problem["code"] | TransportCode;

const REMEDIES = {
  CONNECTION_FAILED: "Look whether the server runs and `baseUrl` is its address.",
  TIMED_OUT: "Give the call more time with `timeoutMs`, or ask for less.",
  ANSWER_INVALID: "Look whether `baseUrl` is the address of a memos server and not of something before it.",
  ABORTED: "Nothing is wrong: the caller's signal ended the call.",
  INVALID_INPUT: "Correct the call; nothing was sent.",
} as const;

/** Statuses after which the same request may succeed. */
const PASSING = new Set([429, 502, 503, 504]);

interface Told {
  readonly status?: number | undefined;
  readonly remedy?: string | undefined;
  readonly requestId?: string | undefined;
  readonly path?: string | undefined;
  readonly cause?: unknown;
}

/** Every failure of a call. */
export class MemosClientError extends Error {
  override readonly name = "MemosClientError";
  /** What programs branch on. */
  readonly code: ClientErrorCode;
  /** The HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** What to do about it. */
  readonly remedy: string;
  /** Names the request in the server's logs; undefined when there was no answer. */
  readonly requestId: string | undefined;
  /** Where in the request the fault is, if the server says so. */
  readonly path: string | undefined;
  /** Whether the same call may succeed later. Whether it may be repeated is another question: a write may be done. */
  readonly retryable: boolean;

  constructor(code: ClientErrorCode, message: string, { status, remedy, requestId, path, cause }: Told = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.remedy = remedy ?? (REMEDIES as Readonly<Record<string, string>>)[code] ?? "";
    this.requestId = requestId;
    this.path = path;
    this.retryable =
      code === "CONNECTION_FAILED" || code === "TIMED_OUT" || (status !== undefined && PASSING.has(status));
  }
}

/** The Problem that a value is, if it is one. */
export function problemIn(value: unknown): Problem | undefined {
  const { code, status, detail, remedy } = (value ?? {}) as Partial<Record<keyof Problem, unknown>>;
  const isProblem =
    typeof code === "string" &&
    typeof status === "number" &&
    typeof detail === "string" &&
    typeof remedy === "string";
  return isProblem ? (value as Problem) : undefined;
}

/** What the server said went wrong. */
export function errorOf({ code, detail, status, remedy, requestId, path }: Problem): MemosClientError {
  return new MemosClientError(code, detail, { status, remedy, requestId, path });
}
