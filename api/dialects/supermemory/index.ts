import type { RouteContext } from "../../routeHandler.js";
import { dialectHandler } from "../dialectHandler.js";
import type { Mounted } from "../mounted.js";
import { SUPERMEMORY_ROUTES } from "./routes.js";

export const BASE = "/supermemory";

/** The dialect of supermemory, under `/supermemory`: the `baseURL` of its client. */
export function supermemoryDialect(context: RouteContext): Mounted[] {
  return SUPERMEMORY_ROUTES.map((route) => ({
    method: route.method,
    path: `${BASE}${route.path}`,
    handler: dialectHandler(route, context),
  }));
}
