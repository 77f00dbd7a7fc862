import { parse } from "../../../memos/index.js";
import { authenticate, scopeFor } from "../../auth.js";
import { readJsonBody } from "../../body.js";
import { type Handler, type RouteContext, signalOf } from "../../routeHandler.js";
import { MEMORY_AGENT_BENCH_ROUTES, type MemoryAgentBenchRoute } from "./routes.js";

function handlerOf(route: MemoryAgentBenchRoute, { memos, development, closing }: RouteContext): Handler {
  return async (request, response) => {
    response.setHeader("cache-control", "no-store");
    const caller = await authenticate(memos, request, development);
    const input = parse(route.input, await readJsonBody(request));
    const { tenant } = scopeFor(caller, {});
    const signal = signalOf(response, closing);
    response.json(await route.handle({ memos: caller.memos, tenant, input, signal }));
  };
}

/** The REST contract of MemoryAgentBench's own server, at the paths that its client calls. */
export function memoryAgentBenchDialect(context: RouteContext) {
  return MEMORY_AGENT_BENCH_ROUTES.map((route) => ({
    method: "POST" as const,
    path: route.path,
    handler: handlerOf(route, context),
  }));
}
