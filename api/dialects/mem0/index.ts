import type { RouteContext } from "../../routeHandler.js";
import { dialectHandler } from "../dialectHandler.js";
import type { DialectRoute } from "../dialectRoute.js";
import type { Mounted } from "../mounted.js";
import { OPEN_ROUTES } from "./openRoutes.js";
import { BASE, PLATFORM_ROUTES } from "./platformRoutes.js";
import { REFUSED_ROUTES } from "./refusedRoutes.js";

/** Every route of the dialect; the first that fits a path answers. */
export const MEM0_ROUTES: readonly DialectRoute[] = [...REFUSED_ROUTES, ...PLATFORM_ROUTES, ...OPEN_ROUTES];

/**
 * The dialect of mem0, under `/mem0`: its paths begin with `/v1` as ours do, and tell a slash at the end from none.
 * Both are answered here, as nothing may be redirected: a redirected POST loses its body.
 */
export function mem0Dialect(context: RouteContext): Mounted[] {
  return MEM0_ROUTES.flatMap((route) => {
    const handler = dialectHandler(route, context);
    return [`${BASE}${route.path}`, `${BASE}${route.path}/`].map((path) => ({
      method: route.method,
      path,
      handler,
    }));
  });
}
