import type { IncomingMessage } from "node:http";
import { MemosError } from "../memcube/index.js";
import { decodeUtf8, type JsonBounds, parseJson } from "./json.js";
import { HTTP_LIMITS } from "./limits.js";
import { HttpError } from "./problem.js";

export const JSON_MEDIA_TYPE = "application/json";
export const NDJSON_MEDIA_TYPE = "application/x-ndjson";

/** How large a JSON body may be, in bytes and in values. */
export interface BodyBounds extends JsonBounds {
  readonly bodyBytes: number;
}

function tooLarge(bytes: number): MemosError {
  return new MemosError("TOO_LARGE", `The body is over ${bytes} bytes.`);
}

function unsupported(message: string, remedy: string): HttpError {
  return new HttpError("INVALID_INPUT", message, { status: 415, title: "Unsupported media type", remedy });
}

/** Only plain UTF-8 of the expected type: no guessing, and no compressed body that unpacks to gigabytes. */
export function assertMediaType(request: IncomingMessage, expected: string): void {
  const remedy = `Send \`Content-Type: ${expected}\` without a content encoding.`;
  const [type = "", ...parameters] = (request.headers["content-type"] ?? "")
    .split(";")
    .map((part) => part.trim().toLowerCase());
  if (type !== expected)
    throw unsupported(
      type === "" ? "The request names no content type." : "This content type is not read here.",
      remedy,
    );
  const charset = parameters.find((part) => part.startsWith("charset="))?.slice("charset=".length);
  if (charset !== undefined && !["utf-8", '"utf-8"', "utf8"].includes(charset))
    throw unsupported("Only UTF-8 is read.", remedy);
  if ((request.headers["content-encoding"] ?? "identity").toLowerCase() !== "identity")
    throw unsupported("Compressed bodies are not read.", remedy);
}

/** A body on a route that has none would be ignored, and with it perhaps a scope that was meant to narrow. */
export function assertNoBody(request: IncomingMessage): void {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding !== undefined || (length !== undefined && length !== "0"))
    throw new MemosError(
      "INVALID_INPUT",
      "This route takes no body; its input goes into the query parameters.",
    );
}

function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (error?: Error) => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("error", onError);
      if (error === undefined) resolve(Buffer.concat(chunks));
      else reject(error);
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > most) settle(tooLarge(most));
      else chunks.push(chunk);
    };
    const onEnd = () => settle();
    const onError = (cause: Error) =>
      settle(new MemosError("ABORTED", "The connection closed before the body was complete.", { cause }));
    const timer = setTimeout(
      () =>
        settle(
          new HttpError("ABORTED", `The body was not complete after ${HTTP_LIMITS.bodyMs} ms.`, {
            status: 408,
            title: "Request timeout",
            remedy: "Send the request again, or use the streaming route for slow sources.",
          }),
        ),
      HTTP_LIMITS.bodyMs,
    );
    request.on("data", onData).on("end", onEnd).on("error", onError);
  });
}

/** The JSON body of a request, within the limits and strictly decoded. */
export async function readJsonBody(
  request: IncomingMessage,
  bounds: BodyBounds = HTTP_LIMITS,
): Promise<unknown> {
  assertMediaType(request, JSON_MEDIA_TYPE);
  const { bodyBytes } = bounds;
  if (Number(request.headers["content-length"] ?? 0) > bodyBytes) throw tooLarge(bodyBytes);
  const text = decodeUtf8(await readBytes(request, bodyBytes));
  if (text.trim() === "")
    throw new MemosError("INVALID_INPUT", "The body is empty; a JSON object is needed.");
  return parseJson(text, bounds);
}

/**
 * Reads and throws away what is left of a refused body for a short while: a connection closed under a
 * client that is still sending loses the answer.
 */
export function discardBody(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), HTTP_LIMITS.discardMs);
  request.once("close", () => clearTimeout(timer)).once("end", () => clearTimeout(timer));
  request.resume();
}
