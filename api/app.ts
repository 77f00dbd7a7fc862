import express, { type Express } from "express";
import { assertLocalRequest } from "./auth.js";
import { crossOrigin } from "./crossOrigin.js";
import { MCP_METHODS, MCP_PATH, mcpHandler } from "./dialects/mcp/http.js";
import { mem0Dialect } from "./dialects/mem0/index.js";
import { memoryAgentBenchDialect } from "./dialects/memoryagentbench/index.js";
import { openAIDialect } from "./dialects/openai/index.js";
import { supermemoryDialect } from "./dialects/supermemory/index.js";
import { respondToError } from "./errorResponse.js";
import { METRICS_PATH, metricsHandler } from "./metrics/metricsHandler.js";
import { requestSpans } from "./metrics/requestSpans.js";
import { openApiDocument } from "./openapi.js";
import { docsPage } from "./pages/docs.js";
import { guides } from "./pages/guides.js";
import { startPage } from "./pages/start.js";
import { probes } from "./probes.js";
import { HttpError } from "./problem.js";
import { meter } from "./rateLimit.js";
import { identifyAndLog } from "./requestLog.js";
import { type Handler, type RouteContext, routeHandler } from "./routeHandler.js";
import { ROUTES } from "./routes.js";
import { viewerHandlers } from "./viewer/serve.js";

/** The handlers of one path by method. */
type Methods = Map<string, Handler>;

function methodsByPath(context: RouteContext): Map<string, Methods> {
  const table = new Map<string, Methods>();
  const add = (method: string, path: string, handler: Handler) =>
    table.set(path, (table.get(path) ?? new Map<string, Handler>()).set(method, handler));

  const document = openApiDocument();
  for (const page of [startPage(document, context.development), docsPage(document, context.development)]) {
    add("GET", page.path, (_request, response) => {
      response.set({ "content-type": "text/html; charset=utf-8", ...page.headers }).end(page.html);
    });
  }
  for (const { path, type, text } of guides()) {
    add("GET", path, (_request, response) => {
      response.set("content-type", type).end(text);
    });
  }
  for (const { path, handler } of viewerHandlers()) add("GET", path, handler);
  add("GET", "/openapi.json", (_request, response) => {
    response.json(document);
  });
  for (const probe of probes) {
    add("GET", probe.path, async (_request, response) => {
      const { status, body } = await probe.answer(context.memos);
      response.set("cache-control", "no-store").status(status).json(body);
    });
  }
  if (context.metrics !== undefined) add("GET", METRICS_PATH, metricsHandler(context, context.metrics));
  const mcp = mcpHandler(context);
  for (const method of MCP_METHODS) add(method, MCP_PATH, mcp);
  for (const route of ROUTES) add(route.method, route.path, routeHandler(route, context));
  for (const dialect of [mem0Dialect, openAIDialect, supermemoryDialect, memoryAgentBenchDialect])
    for (const { method, path, handler } of dialect(context)) add(method, path, handler);
  return table;
}

function dispatch(methods: Methods): Handler {
  const allowed = [...methods.keys()].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  return (request, response) => {
    const handler = methods.get(request.method === "HEAD" ? "GET" : request.method);
    if (handler === undefined)
      throw new HttpError("INVALID_INPUT", `This path does not answer ${request.method}.`, {
        status: 405,
        title: "Method not allowed",
        remedy: `Use ${allowed.join(" or ")}; /docs shows every route.`,
        headers: { allow: allowed.join(", ") },
      });
    return handler(request, response);
  };
}

/** The Express application: every route of the table, the dialects, and every error as a Problem. */
export function createApp(context: RouteContext): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.set("query parser", false);

  app.use(identifyAndLog(context.logger, context.metrics));
  if (context.spans !== undefined) app.use(requestSpans(context.spans));
  app.use((request, response, next) => {
    response.setHeader("x-content-type-options", "nosniff");
    if (context.development) assertLocalRequest(request, context.origins);
    if (context.limiter !== undefined) meter(context.limiter, request, response);
    next();
  });
  app.use(crossOrigin(context.origins));
  for (const [path, methods] of methodsByPath(context)) {
    app.all(path.replaceAll(/\{(\w+)\}/g, ":$1"), dispatch(methods));
  }
  app.use(() => {
    throw new HttpError("NOT_FOUND", "There is no such route.", {
      status: 404,
      title: "Not found",
      remedy: "See /docs for every route.",
    });
  });
  app.use(respondToError(context.logger));
  return app;
}
