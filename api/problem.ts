import * as z from "zod";
import { ERROR_REMEDIES, type ErrorCode, isMemosError, MemosError } from "../memcube/index.js";

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** Status and title of every error code: the one place where errors become HTTP. */
export const PROBLEMS: Readonly<Record<ErrorCode, { status: number; title: string }>> = {
  INVALID_INPUT: { status: 400, title: "The request is not valid" },
  CUBE_FILE_INVALID: { status: 400, title: "The cube file is not valid" },
  UNAUTHORIZED: { status: 401, title: "A valid API key is needed" },
  FORBIDDEN: { status: 403, title: "Not allowed" },
  QUOTA_EXCEEDED: { status: 403, title: "The quota of the tenant is used up" },
  READ_ONLY: { status: 403, title: "The store is read-only" },
  NOT_FOUND: { status: 404, title: "Not found" },
  VAULT_LOCKED: { status: 409, title: "The vault is locked" },
  MODEL_INVALID: { status: 422, title: "The model cannot be used" },
  STATE_INVALID: { status: 422, title: "The stored state is not valid" },
  DOCUMENT_INVALID: { status: 422, title: "The document cannot be read" },
  TRAINER_UNAVAILABLE: { status: 503, title: "No trainer" },
  TRAINING_FAILED: { status: 502, title: "Training failed" },
  BACKUP_INVALID: { status: 422, title: "The backup is not valid" },
  ADAPTER_INVALID: { status: 422, title: "Adapter not valid" },
  UNSUPPORTED: { status: 501, title: "The backend cannot do this" },
  ENGINE_UNAVAILABLE: { status: 503, title: "There is no local engine" },
  WEBHOOK_FAILED: { status: 502, title: "A webhook could not be told" },
  TOO_MANY_JOBS: { status: 429, title: "Too many jobs are waiting" },
  TOO_MANY_REQUESTS: { status: 429, title: "Too many requests" },
  CONFLICT: { status: 409, title: "The memory has changed meanwhile" },
  INVALID_TRANSITION: { status: 409, title: "The state of the memory does not allow this" },
  IDEMPOTENCY_MISMATCH: { status: 409, title: "The idempotency key belongs to another request" },
  TOO_LARGE: { status: 413, title: "Too large" },
  ABORTED: { status: 499, title: "The caller cancelled the request" },
  INTERNAL: { status: 500, title: "Internal error" },
  EMBEDDER_FAILED: { status: 502, title: "The embedder failed" },
  EMBEDDING_INVALID: { status: 502, title: "The embedder gave an unusable vector" },
  MODEL_FAILED: { status: 502, title: "The model failed" },
  LEDGER_UNAVAILABLE: { status: 503, title: "The ledger cannot be reached" },
  STORE_BUSY: { status: 503, title: "The store is busy" },
  STORE_NEWER: { status: 503, title: "The store was written by a newer version" },
  STORE_INVALID: { status: 503, title: "The store is not valid" },
  INDEX_CORRUPT: { status: 503, title: "The index is damaged" },
  OBJECTS_UNAVAILABLE: { status: 503, title: "The object store does not answer" },
  OBJECTS_REFUSED: { status: 503, title: "The object store refuses" },
  CLOSED: { status: 503, title: "The store is closed" },
  DISK_FULL: { status: 507, title: "The disk is full" },
};

const codes = Object.keys(PROBLEMS) as [ErrorCode, ...ErrorCode[]];

/** RFC 9457, with the fields of MemosError beside the standard ones. */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: "A link to the explanation of this code." }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: "What is wrong, in a sentence." }),
    code: z.enum(codes).meta({ id: "ErrorCode", description: "What programs branch on." }),
    remedy: z.string().meta({ description: "What to do about it." }),
    path: z.string().optional().meta({ description: "Where in the request the fault is." }),
    instance: z.string().optional().meta({ description: "The path of the request." }),
    requestId: z.string(),
  })
  .meta({ id: "Problem", description: "Every error answer (RFC 9457)." });

export type Problem = z.infer<typeof problemSchema>;

/** An error that only HTTP knows: its status says more than its code does. */
export class HttpError extends MemosError {
  readonly status: number;
  readonly title: string;
  override readonly remedy: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    message: string,
    answer: { status: number; title: string; remedy: string; headers?: Record<string, string> },
  ) {
    super(code, message);
    this.status = answer.status;
    this.title = answer.title;
    this.remedy = answer.remedy;
    this.headers = answer.headers ?? {};
  }
}

/** A reference that works from every page of this server. */
export function problemType(code: ErrorCode): string {
  return `/docs#error-${code}`;
}

/** Any thrown value as an answer. What is not a MemosError says nothing about the inside. */
export function toProblem(error: unknown, request: { requestId: string; instance?: string }): Problem {
  const known = isMemosError(error) && error.code !== "INTERNAL" ? error : undefined;
  const code = known?.code ?? "INTERNAL";
  const { status, title } = known instanceof HttpError ? known : PROBLEMS[code];
  return {
    type: problemType(code),
    title,
    status,
    detail: known?.message ?? "The server failed on this request.",
    code,
    remedy: known?.remedy ?? ERROR_REMEDIES.INTERNAL,
    ...(known?.path === undefined ? {} : { path: known.path }),
    ...(request.instance === undefined ? {} : { instance: request.instance }),
    requestId: request.requestId,
  };
}
