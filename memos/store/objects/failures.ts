import { isMemosError, MemosError } from "../../../memcube/index.js";

/** What an answer of a store of objects, or its absence, comes to. */
type Verdict = "credentials" | "clock" | "denied" | "bucket" | "full" | "unavailable";

const CODES: Readonly<Record<string, Verdict>> = {
  InvalidAccessKeyId: "credentials",
  SignatureDoesNotMatch: "credentials",
  InvalidToken: "credentials",
  ExpiredToken: "credentials",
  TokenRefreshRequired: "credentials",
  CredentialsProviderError: "credentials",
  RequestTimeTooSkewed: "clock",
  RequestExpired: "clock",
  AccessDenied: "denied",
  AllAccessDisabled: "denied",
  NoSuchBucket: "bucket",
  PermanentRedirect: "bucket",
  AuthorizationHeaderMalformed: "bucket",
  InsufficientStorage: "full",
  QuotaExceeded: "full",
  XMinioStorageFull: "full",
  XMinioAdminBucketQuotaExceeded: "full",
  ServiceUnavailable: "unavailable",
  SlowDown: "unavailable",
  InternalError: "unavailable",
  RequestTimeout: "unavailable",
};

/** A pattern of all names, longest first: `AccessDenied` is a part of others. */
const ANY_CODE = new RegExp(
  Object.keys(CODES)
    .sort((a, b) => b.length - a.length)
    .join("|"),
);

/** How the libraries of LanceDB put it when there was no answer of the store at all. */
const NO_ANSWER =
  /error sending request|operation timed out|client error \(|connection (?:refused|reset|closed)|tcp connect|dns error|request timeout|HttpError \{|request or response body error|error decoding response body|after \d+ retries|max_retries|status: ?5\d\d|Server returned 5\d\d/i;

const NO_CREDENTIALS =
  /no (?:valid )?(?:credential|provider)|credentials? (?:not|were not) (?:found|loaded)|Failed to get AWS credentials/i;

/** What the libraries say when the store answered with a number and nothing that they understood. */
function verdictOfStatus(status: number | undefined): Verdict | undefined {
  if (status === 507) return "full";
  if (status === 401 || status === 403) return "denied";
  if (status === 301) return "bucket";
  return status === undefined || (status < 500 && status !== 429 && status !== 408)
    ? undefined
    : "unavailable";
}

/**
 * The typed error for what a client of S3 has thrown, by the code of the answer.
 *
 * @param answer the code and the status, as far as there was an answer.
 */
export function objectFailure(
  error: unknown,
  place: string,
  answer: { readonly code?: string | undefined; readonly status?: number | undefined },
): MemosError {
  if (isMemosError(error)) return error;
  const verdict = CODES[answer.code ?? ""] ?? verdictOfStatus(answer.status) ?? "unavailable";
  return failureOf(verdict, place, error);
}

/** The typed error for what LanceDB has thrown about its tables in a bucket; undefined when it is about something else. */
export function lanceFailure(error: unknown, place: string): MemosError | undefined {
  const text = error instanceof Error ? error.message : String(error);
  const code = ANY_CODE.exec(text)?.[0];
  const verdict =
    (code === undefined ? undefined : CODES[code]) ??
    (/\b507\b|no space left/i.test(text) ? "full" : undefined) ??
    (NO_CREDENTIALS.test(text) ? "credentials" : undefined) ??
    (/\b40[13] (?:Forbidden|Unauthorized)/i.test(text) ? "denied" : undefined) ??
    (NO_ANSWER.test(text) ? "unavailable" : undefined);
  return verdict === undefined ? undefined : failureOf(verdict, place, error);
}

function failureOf(verdict: Verdict, place: string, cause: unknown): MemosError {
  switch (verdict) {
    case "credentials":
      return new MemosError("OBJECTS_REFUSED", `${place} does not accept the credentials.`, { cause });
    case "clock":
      return new MemosError(
        "OBJECTS_REFUSED",
        `${place} refuses the clock of this machine: it is wrong by a quarter of an hour or more.`,
        { cause },
      );
    case "denied":
      return new MemosError(
        "OBJECTS_REFUSED",
        `${place} does not allow this: the credentials need to list, read, write and delete there.`,
        { cause },
      );
    case "bucket":
      return new MemosError("OBJECTS_REFUSED", `${place}: there is no such bucket in this region.`, {
        cause,
      });
    case "full":
      return new MemosError("DISK_FULL", `${place} is full.`, { cause });
    case "unavailable":
      return new MemosError("OBJECTS_UNAVAILABLE", `${place} does not answer, or not in time.`, { cause });
  }
}
