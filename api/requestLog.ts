import { randomUUID } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { isMemosError } from "../memcube/index.js";
import type { Logger } from "../memos/logger.js";
import type { Metrics } from "./metrics/metrics.js";

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

export function requestIdOf(response: Response): string {
  return String(response.getHeader("x-request-id"));
}

/** The pattern of the path: a path has ids in it, and an unknown one can have anything. */
export function routeOf(request: Request): string {
  return request.route === undefined ? "unknown" : String(request.route.path);
}

/** Gives each request its id, the caller's if it is a sane one, and logs and counts it when it is over. */
export function identifyAndLog(logger: Logger, metrics: Metrics | undefined): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const given = request.get("x-request-id");
    response.setHeader("x-request-id", given !== undefined && REQUEST_ID.test(given) ? given : randomUUID());
    response.once("close", () => {
      const ended = {
        method: request.method,
        route: routeOf(request),
        status: response.writableFinished ? response.statusCode : 499,
        milliseconds: Math.round((performance.now() - started) * 10) / 10,
      };
      metrics?.ended(ended);
      logger.info({ requestId: requestIdOf(response), ...ended }, "request");
    });
    next();
  };
}

/** Names and places of an error, not its messages: those of a database repeat what was being stored. */
function traceOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [typeof error];
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames, ...(error.cause === undefined ? [] : traceOf(error.cause))];
}

/** Logs a defect; an error that the caller is told everything about is only in the request's line. */
export function logDefect(error: unknown, response: Response, logger: Logger): void {
  if (isMemosError(error) && error.code !== "INTERNAL") return;
  logger.error({ requestId: requestIdOf(response), trace: traceOf(error) }, "request failed");
}
