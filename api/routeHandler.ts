import type { Request, Response } from "express";
import type * as z from "zod";
import { isMemosError, MemosError, type Scope } from "../memcube/index.js";
import type { MemOS } from "../memos/index.js";
import type { Logger } from "../memos/logger.js";
import type { OpenTelemetry } from "../memos/telemetry/openTelemetry.js";
import { authenticate, type RequestScope, scopeFor } from "./auth.js";
import { assertMediaType, assertNoBody, discardBody, NDJSON_MEDIA_TYPE, readJsonBody } from "./body.js";
import type { Origins } from "./crossOrigin.js";
import { sayDeprecated } from "./deprecation.js";
import { isKnown, preconditionFailed, versionToMatch } from "./entityTag.js";
import { instanceOf } from "./errorResponse.js";
import { readLines } from "./lines.js";
import type { Metrics } from "./metrics/metrics.js";
import { writeNdjson } from "./ndjson.js";
import { carriage, queryInput, readQuery } from "./query.js";
import type { RateLimiter } from "./rateLimit.js";
import { logDefect, requestIdOf } from "./requestLog.js";
import type { Route } from "./route.js";
import { writeAnswerEvents, writeServerSentEvents } from "./serverSentEvents.js";

export type Handler = (request: Request, response: Response) => Promise<void> | void;

export interface RouteContext {
  readonly memos: MemOS;
  /** Requests need no API key. */
  readonly development: boolean;
  readonly logger: Logger;
  /** Aborted when the server gives up on requests in flight. */
  readonly closing: AbortSignal;
  /** Aborted as soon as the server closes: ends what would go on for ever. */
  readonly draining: AbortSignal;
  /** Counts the requests of each key; nothing is counted without. */
  readonly limiter: RateLimiter | undefined;
  /** Counted for Prometheus, where that is wanted. */
  readonly metrics: Metrics | undefined;
  /** OpenTelemetry, where it is installed. */
  readonly spans: OpenTelemetry | undefined;
  /** Web sites that may use the server from a browser. */
  readonly origins: Origins;
}

/** Aborted when the client is gone before its answer is complete, or when the server closes. */
export function signalOf(response: Response, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return AbortSignal.any([gone.signal, closing]);
}

/** Puts the headers that stand for input fields beside the fields of the body. */
function withHeaders(route: Route, request: Request, body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  const merged: Record<string, unknown> = { ...body };
  for (const [header, field] of Object.entries(route.headers ?? {})) {
    const given = request.get(header);
    if (given === undefined) continue;
    // A header is text; what is a number in a query is one here.
    const isNumber = carriage(route.input.shape[field] as z.ZodType) === "number";
    const value = isNumber ? Number(given) : given;
    if (merged[field] !== undefined && merged[field] !== value)
      throw new MemosError("INVALID_INPUT", `\`${field}\` differs between the header and the body.`, {
        path: field,
      });
    merged[field] = value;
  }
  return merged;
}

async function readInput(route: Route, request: Request): Promise<unknown> {
  if (route.accepts === "query") assertNoBody(request);
  if (route.accepts === "ndjson") assertMediaType(request, NDJSON_MEDIA_TYPE);
  if (route.accepts !== "json") return withHeaders(route, request, queryInput(route.input, request.url));
  if (readQuery(request.url).size > 0)
    throw new MemosError(
      "INVALID_INPUT",
      "This route takes no query parameters; its input goes into the body.",
    );
  return withHeaders(route, request, await readJsonBody(request));
}

/** Answers a row of the route table: who asks, what is asked, the core's answer in JSON or NDJSON. */
export function routeHandler(
  route: Route,
  { memos, development, logger, closing, draining }: RouteContext,
): Handler {
  return async (request, response) => {
    response.setHeader("cache-control", "no-store");
    if (route.deprecated !== undefined) sayDeprecated(response, route.deprecated);
    const caller = await authenticate(memos, request, development);
    const signal = signalOf(response, "events" in route.handle ? draining : closing);
    const raw = {
      memos: caller.memos,
      params: request.params,
      input: await readInput(route, request),
      lines: readLines(request),
      signal,
      scopeFor: (requested: RequestScope) => scopeFor(caller, requested),
      versionToMatch: (id: string, scope: Scope) => versionToMatch(request, id, caller.memos, scope),
    };
    if ("json" in route.handle) {
      const { answer, tag } = await route.handle.json(raw).catch((error: unknown) => {
        const isStale = isMemosError(error, "CONFLICT") && error.path === "ifVersion";
        throw isStale && request.get("if-match") !== undefined ? preconditionFailed(error.message) : error;
      });
      if (tag !== undefined) response.setHeader("etag", tag);
      if (route.method === "GET" && tag !== undefined && isKnown(request, tag)) response.status(304).end();
      else response.status(route.success.status).json(answer);
      return;
    }
    const about = { requestId: requestIdOf(response), instance: instanceOf(request), signal };
    const { failure } =
      "ndjson" in route.handle
        ? await writeNdjson(response, route.handle.ndjson(raw), about)
        : "answer" in route.handle
          ? await writeAnswerEvents(response, route.handle.answer(raw), about)
          : await writeServerSentEvents(response, await route.handle.events(raw), signal);
    if (failure === undefined) return;
    logDefect(failure, response, logger);
    discardBody(request);
  };
}
