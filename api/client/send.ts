import { errorOf, MemosClientError, problemIn } from "./error.js";
import { CLIENT_LIMITS } from "./options.js";
import { Watch, waitFor } from "./watch.js";

export interface Outgoing {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | undefined;
  /** Whether sending it twice does what sending it once does. */
  readonly repeatable: boolean;
}

export interface Patience {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly maxRetries: number;
}

/** An answer whose body is still to be read, under a watch that whoever reads it releases. */
export interface Incoming {
  readonly response: Response;
  readonly watch: Watch;
}

/**
 * Sends a request and hands over its answer when that is a success. What may be repeated is, after a wait, when the
 * server is busy or the connection fails.
 *
 * @throws MemosClientError
 */
export async function send(call: typeof fetch, outgoing: Outgoing, patience: Patience): Promise<Incoming> {
  for (let tried = 0; ; tried++) {
    const { failure, retryAfterMs, incoming } = await attempt(call, outgoing, patience);
    if (failure === undefined) return incoming;
    const pointless = !failure.retryable || !outgoing.repeatable || tried >= patience.maxRetries;
    if (pointless || (retryAfterMs ?? 0) > CLIENT_LIMITS.longestRetryAfterMs) throw failure;
    await waitFor(retryAfterMs ?? delayMs(tried), patience.signal);
  }
}

type Attempt =
  | { readonly failure?: undefined; readonly retryAfterMs?: undefined; readonly incoming: Incoming }
  | {
      readonly failure: MemosClientError;
      readonly retryAfterMs: number | undefined;
      readonly incoming?: undefined;
    };

async function attempt(call: typeof fetch, outgoing: Outgoing, patience: Patience): Promise<Attempt> {
  const watch = new Watch(patience.signal, patience.timeoutMs);
  const { url, method, headers, body } = outgoing;
  try {
    const init = { method, headers, signal: watch.signal, ...(body === undefined ? {} : { body }) };
    const response = await call(url, init);
    if (response.ok) return { incoming: { response, watch } };
    const failure = failureOf(response, await response.text());
    watch.release();
    return { failure, retryAfterMs: retryAfterMs(response.headers.get("retry-after")) };
  } catch (cause) {
    watch.release();
    return { failure: watch.failure(cause), retryAfterMs: undefined };
  }
}

function failureOf(response: Response, text: string): MemosClientError {
  const problem = problemIn(parsed(text));
  if (problem !== undefined) return errorOf(problem);
  const requestId = response.headers.get("x-request-id") ?? undefined;
  return new MemosClientError("ANSWER_INVALID", `The answer is ${response.status} without a reason.`, {
    status: response.status,
    requestId,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value of a whole JSON answer. */
export async function readJson({ response, watch }: Incoming): Promise<unknown> {
  try {
    const text = await response.text();
    const value = parsed(text);
    if (value !== undefined) return value;
    throw new MemosClientError("ANSWER_INVALID", "The answer is not JSON.", { status: response.status });
  } catch (cause) {
    throw watch.failure(cause);
  } finally {
    watch.release();
  }
}

/** RFC 9110, section 10.2.3: seconds or a date. */
function retryAfterMs(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** Doubled each time; by chance up to half of it earlier, so that many who were refused do not come back together. */
function delayMs(tried: number): number {
  const whole = Math.min(CLIENT_LIMITS.firstDelayMs * 2 ** tried, CLIENT_LIMITS.longestDelayMs);
  return whole * (1 - Math.random() / 2);
}
