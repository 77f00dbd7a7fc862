import type { Request, RequestHandler } from "express";
import type { OpenTelemetry } from "../../memos/telemetry/openTelemetry.js";
import { routeOf } from "../requestLog.js";

/**
 * A span for each request, as a child of the caller's where it sends `traceparent`. Attributes are those of HTTP
 * (OpenTelemetry semantic conventions) without path, query, address and key: the pattern of the path says enough.
 */
export function requestSpans(api: OpenTelemetry): RequestHandler {
  const { context, propagation, SpanKind, SpanStatusCode, trace } = api;
  return (request: Request, response, next) => {
    const { method } = request;
    const parent = propagation.extract(context.active(), request.headers);
    const options = { kind: SpanKind.SERVER, attributes: { "http.request.method": method } };
    const span = trace.getTracer("memos").startSpan(method, options, parent);
    response.once("close", () => {
      const status = response.writableFinished ? response.statusCode : 499;
      const route = routeOf(request);
      span.updateName(`${method} ${route}`);
      span.setAttributes({ "http.route": route, "http.response.status_code": status });
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(trace.setSpan(parent, span), next);
  };
}
