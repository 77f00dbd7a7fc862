import type { IncomingMessage, ServerResponse } from "node:http";
import { LRUCache } from "lru-cache";
import { HTTP_LIMITS } from "./limits.js";
import { HttpError } from "./problem.js";

/** So many requests of one key in so many seconds; all of them may come at once. */
export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

const POLICY = "key";

/**
 * A token bucket for each API key, in this process: it holds `requests` tokens and gets them back evenly over
 * `seconds`, so that no border of a window lets twice as many through. Answers say what is left as
 * draft-ietf-httpapi-ratelimit-headers-10 has it.
 */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  readonly #buckets = new LRUCache<string, Bucket>({ max: HTTP_LIMITS.rateLimitedKeys });

  /** `now`: milliseconds that never go back. */
  constructor(limit: RateLimit, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /**
   * Takes a token of a key and says in the answer what is left.
   *
   * @throws HttpError 429 with `Retry-After` when there is none.
   */
  take(key: string, response: ServerResponse): void {
    const { requests, seconds } = this.#limit;
    const perMs = requests / (seconds * 1_000);
    const now = this.#now();
    const before = this.#buckets.get(key);
    const tokens =
      before === undefined ? requests : Math.min(requests, before.tokens + (now - before.at) * perMs);
    const granted = tokens >= 1;
    const left = granted ? tokens - 1 : tokens;
    this.#buckets.set(key, { tokens: left, at: now });
    const whole = Math.floor(left);
    const untilNext = Math.max(1, Math.ceil((whole + 1 - left) / perMs / 1_000));
    response.setHeader("ratelimit-policy", `"${POLICY}";q=${requests};w=${seconds}`);
    response.setHeader("ratelimit", `"${POLICY}";r=${whole};t=${untilNext}`);
    if (!granted)
      throw new HttpError(
        "TOO_MANY_REQUESTS",
        `This key has used its ${requests} requests in ${seconds} seconds.`,
        {
          status: 429,
          title: "Too many requests",
          remedy: `Wait ${untilNext} seconds, as \`Retry-After\` says, and send the request again.`,
          headers: { "retry-after": String(untilNext) },
        },
      );
  }
}

const takers = new WeakMap<IncomingMessage, (key: string) => void>();

/** Has the keys of a request counted, whichever dialect it speaks: see `countRequest`. */
export function meter(limiter: RateLimiter, request: IncomingMessage, response: ServerResponse): void {
  takers.set(request, (key) => limiter.take(key, response));
}

/** Counts a request of a key that was found to be valid; once. */
export function countRequest(request: IncomingMessage, key: string): void {
  const take = takers.get(request);
  takers.delete(request);
  take?.(key);
}
