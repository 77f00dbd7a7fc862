import { MemosError } from "../../memcube/index.js";
import { samePrincipal, TENANT_ADMIN } from "../../memos/governance/principal.js";
import { authenticate } from "../auth.js";
import type { Handler, RouteContext } from "../routeHandler.js";
import type { Metrics } from "./metrics.js";

export const METRICS_PATH = "/metrics";

/** Answers Prometheus: with the key of an administrator, and in development mode without. */
export function metricsHandler({ memos, development }: RouteContext, metrics: Metrics): Handler {
  return async (request, response) => {
    response.setHeader("cache-control", "no-store");
    const { memos: view } = await authenticate(memos, request, development);
    const { principal } = view;
    if (principal !== undefined && !samePrincipal(principal, TENANT_ADMIN))
      throw new MemosError("FORBIDDEN", "Only a key that administers its tenant reads the metrics.");
    const text = await metrics.text();
    response.setHeader("content-type", metrics.mediaType);
    response.end(text);
  };
}
