import { randomUUID } from "node:crypto";
import type { RequestHandler, Response } from "express";
import { isMemosError } from "../memcube/index.js";
import type { Logger } from "../memos/logger.js";

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

export function requestIdOf(response: Response): string {
  return String(response.getHeader("x-request-id"));
}

/** Gives each request its id, the caller's if it is a sane one, and logs one line when it is over. */
export function identifyAndLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const given = request.get("x-request-id");
    response.setHeader("x-request-id", given !== undefined && REQUEST_ID.test(given) ? given : randomUUID());
    response.once("close", () => {
      logger.info(
        {
          requestId: requestIdOf(response),
          method: request.method,
          // The pattern: a path has ids in it, and an unknown one can have anything.
          route: request.route === undefined ? "unknown" : String(request.route.path),
          status: response.writableFinished ? response.statusCode : 499,
          milliseconds: Math.round((performance.now() - started) * 10) / 10,
        },
        "request",
      );
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
