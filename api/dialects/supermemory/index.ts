import type { Handler, RouteContext } from "../../routeHandler.js";
import type { Mem0Route } from "../mem0/call.js";
import { mem0Handler } from "../mem0/handler.js";
import { SUPERMEMORY_ROUTES } from "./routes.js";

export const BASE = "/supermemory";

interface Mounted {
  readonly method: Mem0Route["method"];
  readonly path: string;
  readonly handler: Handler;
}

/** The dialect of supermemory, under `/supermemory`: the `baseURL` of its client. */
export function supermemoryDialect(context: RouteContext): Mounted[] {
  return SUPERMEMORY_ROUTES.map((route) => ({
    method: route.method,
    path: `${BASE}${route.path}`,
    handler: mem0Handler(route, context),
  }));
}
