/** What the HTTP layer accepts and how long it waits; the limits of a cube itself are in memcube/limits.ts. */
export const HTTP_LIMITS = {
  /** Bytes of a JSON request body. More goes through `POST /v1/memories/stream`. */
  bodyBytes: 8 * 1024 * 1024,
  /** Bytes of one NDJSON line: the longest text with every character escaped, and its attributes. */
  lineBytes: 8 * 1024 * 1024,
  /** Nesting of a JSON value; the deepest filter needs about half of it. */
  jsonDepth: 32,
  /** Members of any one array or object inside a JSON value. */
  jsonMembers: 1_024,
  /** Values in a whole JSON value. Refusing an invalid one takes some 50 microseconds, so this bounds a second. */
  jsonValues: 32_768,
  /** Entity tags of one `If-Match` or `If-None-Match`. */
  entityTags: 32,
  /** Keys whose requests are counted against a rate limit; the one used longest ago is forgotten first. */
  rateLimitedKeys: 100_000,
  /** Milliseconds until the headers of a request are complete. */
  headersMs: 10_000,
  /** Milliseconds until a JSON body is complete. */
  bodyMs: 60_000,
  /** Milliseconds without a byte in either direction before a connection is dropped. */
  idleMs: 120_000,
  /** Milliseconds that the rest of a refused body is read and thrown away, so that the answer arrives. */
  discardMs: 5_000,
  /** Milliseconds that requests in flight have to finish when the server closes. */
  closeMs: 10_000,
} as const;
