import type { Request, Response } from "express";
import type { Scope } from "../../memcube/index.js";
import { MemosError } from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";
import { parse } from "../../memos/parse.js";
import { authenticate, type Credentials, scopeFor } from "../auth.js";
import { assertNoBody, readJsonBody } from "../body.js";
import { queryInput } from "../query.js";
import { type Handler, type RouteContext, signalOf } from "../routeHandler.js";
import type { DialectRoute } from "./dialectRoute.js";
import { NOTES_HEADER, Notes } from "./notes.js";

/** `Token KEY` is what mem0's clients send, `X-API-Key: KEY` what its open server takes; ours, and supermemory's, is `Bearer KEY`. */
function credentialsOf(request: Request): Credentials {
  const given = request.get("x-api-key");
  return {
    shown: request.headers.authorization ?? (given === undefined ? undefined : `Token ${given}`),
    form: /^(?:token|bearer) ([\x21-\x7e]{1,512})$/i,
  };
}

/** All that a key is for: the tenant, or what a user or an agent has. */
function homeOf(memos: MemOS, tenant: string): Scope {
  const { principal } = memos;
  if (principal === undefined || principal.kind === "service") return { tenant };
  return { tenant, [principal.kind]: principal.id };
}

async function inputOf(route: DialectRoute, request: Request): Promise<unknown> {
  if (route.accepts === "unread") return {};
  const query = queryInput(route.input, request.url);
  if (route.accepts === "query") {
    assertNoBody(request);
    return query;
  }
  const body = await readJsonBody(request);
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  const twice = Object.keys(query).find((name) => Object.hasOwn(body, name));
  if (twice !== undefined)
    throw new MemosError("INVALID_INPUT", `\`${twice.slice(0, 64)}\` is in the query and in the body.`, {
      path: twice,
    });
  return { ...query, ...body };
}

/** Answers a route of a dialect: who asks, what is asked, and what its clients read. */
export function dialectHandler(
  route: DialectRoute,
  { memos: store, development, closing }: RouteContext,
): Handler {
  return async (request: Request, response: Response) => {
    response.setHeader("cache-control", "no-store");
    const caller = await authenticate(store, request, development, credentialsOf(request));
    const { tenant } = scopeFor(caller, {});
    const notes = new Notes();
    const answer = await route.handle({
      memos: caller.memos,
      tenant,
      home: homeOf(caller.memos, tenant),
      params: request.params as Record<string, string>,
      input: parse(route.input, await inputOf(route, request)),
      notes,
      signal: signalOf(response, closing),
    });
    const header = notes.header();
    if (header !== undefined) response.setHeader(NOTES_HEADER, header);
    response.status(route.status).json(withNotes(answer, notes));
  };
}

/** Notes beside an answer that is an object. A memory has a `memos` of its own, which they join. */
function withNotes(answer: unknown, notes: Notes): unknown {
  if (notes.all.length === 0 || typeof answer !== "object" || answer === null || Array.isArray(answer))
    return answer;
  const own = "memos" in answer && typeof answer.memos === "object" ? answer.memos : {};
  return { ...answer, memos: { ...own, notes: notes.all } };
}
