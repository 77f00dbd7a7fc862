import type { ErrorRequestHandler, NextFunction, Request, Response } from "express";
import { MemosError } from "../memcube/index.js";
import type { Logger } from "../memos/logger.js";
import { discardBody } from "./body.js";
import { HttpError, PROBLEM_MEDIA_TYPE, toProblem } from "./problem.js";
import { logDefect, requestIdOf } from "./requestLog.js";

const SHOWN_CHARACTERS = 256;

/** The path that an answer is about, without the query. */
export function instanceOf(request: Request): string {
  return request.path.slice(0, SHOWN_CHARACTERS);
}

/** The router throws this for a path whose percent-encoding is broken. */
function isUndecodable(error: unknown): boolean {
  return error instanceof URIError;
}

/** The last handler of the application: every error becomes a Problem. */
export function respondToError(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const error = isUndecodable(thrown)
      ? new MemosError("INVALID_INPUT", "The path is not valid percent-encoded UTF-8.")
      : thrown;
    logDefect(error, response, logger);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const problem = toProblem(error, { requestId: requestIdOf(response), instance: instanceOf(request) });
    if (error instanceof HttpError) response.set(error.headers);
    if (problem.status === 401) response.set("www-authenticate", "Bearer");
    // Not `json()`, which would add a charset that this media type does not have.
    response.status(problem.status).set("content-type", PROBLEM_MEDIA_TYPE);
    response.end(JSON.stringify(problem));
    discardBody(request);
  };
}
