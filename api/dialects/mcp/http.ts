import { createHash, randomUUID } from "node:crypto";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { isInitializeRequest } from "@modelcontextprotocol/sdk/types.js";
import type { Request, Response } from "express";
import { MemosError, type Scope } from "../../../memcube/index.js";
import { parse } from "../../../memos/index.js";
import { authenticate, type Caller, requestScopeSchema, scopeFor } from "../../auth.js";
import { readJsonBody } from "../../body.js";
import { isAllowedOrigin, type Origins } from "../../crossOrigin.js";
import { HttpError } from "../../problem.js";
import { queryInput } from "../../query.js";
import type { Handler, RouteContext } from "../../routeHandler.js";
import { MCP_LIMITS } from "./limits.js";
import { createMemoryServer } from "./mcpServer.js";
import { type Session, Sessions } from "./sessions.js";

export const MCP_PATH = "/mcp";
export const MCP_METHODS = ["GET", "POST", "DELETE"] as const;

/** Bytes of a session's id that are looked at. */
const SESSION_ID = /^[\x21-\x7e]{1,128}$/;

interface HttpSession extends Session {
  readonly transport: StreamableHTTPServerTransport;
  /** Tells the client of changes while this answer is open. */
  listen(response: Response): void;
}

/**
 * The MCP server over streamable HTTP: the keys of the API, one session a client. Whose memory it is about is in
 * the query of the URL (`/mcp?user=ana`), and stays the same for the whole session.
 */
export function mcpHandler({ memos, development, logger, draining, origins }: RouteContext): Handler {
  const sessions = new Sessions<HttpSession>(MCP_LIMITS);
  draining.addEventListener("abort", () => void sessions.closeAll(), { once: true });

  async function begin(caller: Caller, scope: Scope, holder: string): Promise<HttpSession> {
    const { server, changes } = createMemoryServer(caller.memos, scope);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => sessions.add(id, session),
    });
    let streams = 0;
    const session: HttpSession = {
      holder,
      tenant: scope.tenant,
      transport,
      get listening() {
        return streams > 0;
      },
      listen(response) {
        const gone = new AbortController();
        streams++;
        response.once("close", () => {
          streams--;
          gone.abort();
        });
        changes
          .follow(gone.signal)
          .catch((error: unknown) => logger.warn({ error }, "Changes are not told any more."));
      },
      close: () => server.close(),
    };
    transport.onclose = () => {
      if (transport.sessionId !== undefined) sessions.remove(transport.sessionId);
    };
    await changes.begin();
    await server.connect(transport);
    return session;
  }

  return async (request, response) => {
    response.setHeader("cache-control", "no-store");
    assertOwnOrigin(request, origins);
    // In each request: a key that was revoked ends nothing that is under way, and begins nothing.
    const caller = await authenticate(memos, request, development);
    const scope = scopeOf(caller, request);
    const holder = holderOf(request, scope);
    const body = request.method === "POST" ? await readJsonBody(request) : undefined;
    const id = request.get("mcp-session-id");
    const session = id === undefined ? undefined : sessions.use(SESSION_ID.test(id) ? id : "", holder);
    if (id !== undefined && session === undefined) throw unknownSession();
    if (session === undefined && !isInitializeRequest(body))
      throw new MemosError("INVALID_INPUT", "A session begins with `initialize`; later requests name it.", {
        path: "mcp-session-id",
      });
    const used = session ?? (await begin(caller, scope, holder));
    if (request.method === "GET") used.listen(response);
    await used.transport.handleRequest(request, response, body);
  };
}

/** A web page of another origin may not use the reader's key, nor a server that answers without one. */
function assertOwnOrigin(request: Request, origins: Origins): void {
  if (isAllowedOrigin(request, origins)) return;
  throw new HttpError("FORBIDDEN", "This server answers no other web site.", {
    status: 403,
    title: "Not allowed",
    remedy: "Call it from a program, or from a page of this server.",
  });
}

/** What the URL says; who has a key of their own and says nothing works on their own memory. */
function scopeOf(caller: Caller, request: Request): Scope {
  const requested = parse(requestScopeSchema, queryInput(requestScopeSchema, request.url));
  const scope = scopeFor(caller, requested);
  const { principal } = caller.memos;
  if (principal === undefined || scope.user !== undefined || scope.agent !== undefined) return scope;
  if (principal.kind === "user") return { ...scope, user: principal.id };
  return principal.kind === "agent" ? { ...scope, agent: principal.id } : scope;
}

function holderOf(request: Request, scope: Scope): string {
  const key = request.headers.authorization ?? "";
  return createHash("sha256")
    .update(JSON.stringify([key, scope.tenant, scope.user, scope.agent, scope.app, scope.session]))
    .digest("hex");
}

function unknownSession(): HttpError {
  return new HttpError("NOT_FOUND", "There is no such session.", {
    status: 404,
    title: "Not found",
    remedy: "Begin a new one with `initialize`.",
  });
}
