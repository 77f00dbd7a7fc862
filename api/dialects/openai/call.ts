import type { Request, Response } from "express";
import { MemosError, type Scope } from "../../../memcube/index.js";
import type { MemOS } from "../../../memos/index.js";
import type { Logger } from "../../../memos/logger.js";
import { authenticate, type Caller, type Credentials } from "../../auth.js";
import { assertNoBody, discardBody, readJsonBody } from "../../body.js";
import { HttpError } from "../../problem.js";
import { readQuery } from "../../query.js";
import { logDefect, requestIdOf } from "../../requestLog.js";
import { type Handler, type RouteContext, signalOf } from "../../routeHandler.js";
import { NOTES_HEADER, Notes } from "../notes.js";
import { toOpenAIError } from "./fail.js";
import { OPENAI_LIMITS } from "./limits.js";
import { type Stated, statedScope } from "./scope.js";

/** What a route of this dialect works with. */
export interface Call {
  readonly memos: MemOS;
  readonly caller: Caller;
  readonly request: Request;
  readonly response: Response;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly notes: Notes;
  /** Aborted when the client goes away or the server closes. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Whose memory it is about; the tenant alone where nobody is named. */
  scope(stated?: Stated): Scope;
}

export interface OpenAIRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Answers, unless it has written the answer itself. */
  readonly handle: (call: Call) => Promise<unknown>;
}

/** What a handler gives that has written its answer itself. */
export const WRITTEN = Symbol("written");

const BEARER = /^bearer ([\x21-\x7e]{1,512})$/i;

/**
 * OpenAI's clients always send a key. In development mode, which asks for none, only one that looks like a key of
 * ours is looked at.
 */
function credentialsOf({ headers: { authorization } }: Request, development: boolean): Credentials {
  const isOurs = /^bearer memos_/i.test(authorization ?? "");
  return { shown: development && !isOurs ? undefined : authorization, form: BEARER };
}

/** Answers a route, and every error in the shape that OpenAI's clients read. */
export function openAIHandler(route: OpenAIRoute, context: RouteContext): Handler {
  const { memos: store, development, closing, logger } = context;
  return async (request, response) => {
    response.setHeader("cache-control", "no-store");
    const notes = new Notes();
    try {
      const caller = await authenticate(store, request, development, credentialsOf(request, development));
      const signal = signalOf(response, closing);
      const call: Call = {
        memos: caller.memos,
        caller,
        request,
        response,
        params: request.params as Record<string, string>,
        body: await bodyOf(route, request),
        notes,
        signal,
        logger,
        scope: (stated = {}) => statedScope(caller, request, stated),
      };
      const answer = await route.handle(call);
      if (answer === WRITTEN) return;
      tellNotes(response, notes);
      response.json(answer);
    } catch (error) {
      answerError(error, request, response, logger);
    }
  };
}

/** Puts the notes into the header, where the answer has not begun. */
export function tellNotes(response: Response, notes: Notes): void {
  const header = notes.header();
  if (header !== undefined && !response.headersSent) response.setHeader(NOTES_HEADER, header);
}

async function bodyOf(route: OpenAIRoute, request: Request): Promise<unknown> {
  if (readQuery(request.url).size > 0)
    throw new MemosError("INVALID_INPUT", "This route takes no query parameters.");
  if (route.method === "POST") return readJsonBody(request, OPENAI_LIMITS);
  assertNoBody(request);
  return undefined;
}

function answerError(error: unknown, request: Request, response: Response, logger: Logger): void {
  logDefect(error, response, logger);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { status, error: said, retry } = toOpenAIError(error, requestIdOf(response));
  if (error instanceof HttpError) response.set(error.headers);
  if (status === 401) response.set("www-authenticate", "Bearer");
  if (!retry) response.set("x-should-retry", "false");
  response.status(status).json({ error: said });
  discardBody(request);
}
