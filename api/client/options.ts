import type { components } from "./generated/rest.js";

/** Whose memory; the tenant follows from the key. */
export type RequestScope = components["schemas"]["RequestScope"];

export interface ClientOptions {
  /** Where the server is, as `http://127.0.0.1:7077`; a path at its end is kept. */
  readonly baseUrl: string;
  /** A key of the server; a server in development mode needs none. */
  readonly apiKey?: string | undefined;
  /** The scope of every call, which a call can narrow. */
  readonly scope?: RequestScope | undefined;
  /** As `timeoutMs` of every call; 60,000 unless said otherwise. */
  readonly timeoutMs?: number | undefined;
  /** As `maxRetries` of every call; 2 unless said otherwise. */
  readonly maxRetries?: number | undefined;
  /** Headers of every call. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Instead of the `fetch` of the runtime. */
  readonly fetch?: typeof fetch | undefined;
}

export interface CallOptions {
  /** Ends the call, and a stream at any point. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of one try until its whole answer is there; in a stream, without a byte. */
  readonly timeoutMs?: number | undefined;
  /** How often a call that may be repeated is tried again. */
  readonly maxRetries?: number | undefined;
  /** Makes a write safe to repeat, where the operation takes one. `add` makes its own. */
  readonly idempotencyKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export const CLIENT_LIMITS = {
  /** Milliseconds of one try. */
  timeoutMs: 60_000,
  /** The same for a model's first words, which evaluates its prompt before. */
  chatTimeoutMs: 600_000,
  maxRetries: 2,
  /** Milliseconds before the first repetition, doubled for each further one up to the longest; half is by chance. */
  firstDelayMs: 500,
  longestDelayMs: 8_000,
  /** Milliseconds that a server may ask to wait; who asks for more is taken at its word, and the call fails. */
  longestRetryAfterMs: 60_000,
  /** Memories of one request of `ingest`, and the characters of them after which it is sent. */
  ingestMemories: 500,
  ingestCharacters: 1_048_576,
  /** Memories of one page of `all`. */
  pageSize: 200,
  /** Characters of one line or event of a stream. */
  lineCharacters: 512 * 1_048_576,
} as const;
