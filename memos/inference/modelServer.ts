import * as z from "zod";

export const serverURLSchema = z
  .url({ protocol: /^https?$/, abort: true })
  .refine((url) => new URL(url).username === "" && new URL(url).password === "", "must not hold a password");

/** How any OpenAI-compatible server is reached. */
export const modelServerOptions = {
  /** Address of a compatible server, with its `/v1`. */
  baseURL: serverURLSchema.default("https://api.openai.com/v1"),
  /** Local servers take any. */
  apiKey: z
    .string()
    .regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters, as an HTTP header holds them")
    .default("none"),
};

/**
 * What went wrong between us and a model server, as one sentence. What the package throws may quote headers,
 * and with them the key: neither its message nor the error itself may be passed on.
 *
 * @param server names the server within a sentence: `model server at host:port`.
 * @param timeout the milliseconds that were allowed.
 */
export async function failureSentence(error: unknown, server: string, timeout: number): Promise<string> {
  const { APIConnectionTimeoutError, APIError } = await import("openai");
  if (error instanceof APIConnectionTimeoutError) return `The ${server} did not answer within ${timeout} ms.`;
  if (error instanceof APIError && typeof error.status === "number")
    return `The ${server} answered with status ${error.status}${meaningOf(error.status)}.`;
  return `The connection to the ${server} failed${reasonOf(error)}.`;
}

function meaningOf(status: number): string {
  if (status === 401 || status === 403) return ": it does not accept the API key";
  if (status === 404) return ": it does not know this address or this model";
  if (status === 400 || status === 413 || status === 422)
    return ": it does not take this request or this text";
  if (status === 429) return ": too many requests, or no quota left";
  return "";
}

/** The code of the system error behind it all (`ECONNREFUSED`), which is safe to tell. */
function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause)
    if ("code" in at && typeof at.code === "string" && /^[A-Z_]+$/.test(at.code)) return ` (${at.code})`;
  return "";
}
