import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import { MemosError } from "../memcube/index.js";

const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
const REQUEST_HEADERS = [
  "authorization",
  "content-type",
  "accept",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "last-event-id",
  "x-request-id",
  "x-api-key",
  "mcp-session-id",
  "mcp-protocol-version",
  "mem0-user-id",
  "x-mem0-client",
  "x-mem0-source",
  "x-application",
  "x-memory-user",
  "x-memory-agent",
  "x-memory-app",
  "x-memory-session",
  "x-memory-recall",
  "x-memory-remember",
  "x-memory-budget",
  "x-memory-long-context",
  // What OpenAI's and supermemory's clients say of themselves; a browser sends nothing at all where one is refused.
  "openai-organization",
  "openai-project",
  "x-stainless-arch",
  "x-stainless-lang",
  "x-stainless-os",
  "x-stainless-package-version",
  "x-stainless-retry-count",
  "x-stainless-runtime",
  "x-stainless-runtime-version",
  "x-stainless-timeout",
].join(", ");
const EXPOSED = [
  "x-request-id",
  "etag",
  "ratelimit",
  "ratelimit-policy",
  "retry-after",
  "deprecation",
  "sunset",
  "link",
  "mcp-session-id",
  "x-memos-notes",
  "x-memory-recalled",
  "x-memory-remembered",
  "x-should-retry",
].join(", ");

/** Seconds for which a browser may keep the answer to a preflight. */
const PREFLIGHT_SECONDS = 600;

/** Web sites that may use this server from a browser, beside its own pages. */
export type Origins = ReadonlySet<string>;

/** @throws MemosError INVALID_INPUT for what is not the origin of a web site, `*` included. */
export function originsOf(given: readonly string[]): Origins {
  return new Set(
    given.map((text) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url === undefined || !/^https?:$/.test(url.protocol) || url.origin !== text)
        throw new MemosError(
          "INVALID_INPUT",
          `${JSON.stringify(text.slice(0, 128))} is no origin: scheme, name and port, as https://app.example.com.`,
          { path: "corsOrigins" },
        );
      return url.origin;
    }),
  );
}

/** Whether a request comes from a page of this server, of an allowed site, or from no page at all. */
export function isAllowedOrigin(
  { headers: { host = "", origin } }: IncomingMessage,
  origins: Origins,
): boolean {
  return (
    origin === undefined || origin === `http://${host}` || origin === `https://${host}` || origins.has(origin)
  );
}

/**
 * Answers browsers of the allowed web sites (Fetch standard, CORS). Keys travel in headers, so nothing is ever
 * allowed with cookies; the origin is named, never `*`.
 */
export function crossOrigin(origins: Origins): RequestHandler {
  return (request, response, next) => {
    if (origins.size === 0) return next();
    response.vary("origin");
    const { origin } = request.headers;
    if (origin === undefined || !origins.has(origin)) return next();
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-expose-headers", EXPOSED);
    if (request.method !== "OPTIONS" || request.get("access-control-request-method") === undefined)
      return next();
    response
      .status(204)
      .set({
        "access-control-allow-methods": METHODS,
        "access-control-allow-headers": REQUEST_HEADERS,
        "access-control-max-age": String(PREFLIGHT_SECONDS),
      })
      .end();
  };
}
