import type { Context, Span, Tracer } from "@opentelemetry/api";
import { observe, type Running } from "./observing.js";

const NAME = "memos";

export type OpenTelemetry = typeof import("@opentelemetry/api");

let loaded: Promise<OpenTelemetry | undefined> | undefined;

/**
 * The OpenTelemetry API, where it is installed. Its first caller also has every operation told to it: a span with
 * counts and milliseconds, and `memos.operation.duration`. Both go nowhere until the program has registered an SDK.
 */
export function openTelemetry(): Promise<OpenTelemetry | undefined> {
  loaded ??= import("@opentelemetry/api").then(
    (api) => {
      observe(observer(api));
      return api;
    },
    () => undefined,
  );
  return loaded;
}

function observer(api: OpenTelemetry): (operation: string) => Running {
  const { context, metrics, SpanKind, SpanStatusCode, trace } = api;
  return (operation) => {
    const tracer: Tracer = trace.getTracer(NAME);
    const span: Span = tracer.startSpan(operation, { kind: SpanKind.INTERNAL });
    const inside: Context = trace.setSpan(context.active(), span);
    return {
      within: (work) => context.with(inside, work),
      end: ({ milliseconds, error, counts }) => {
        for (const [name, count] of Object.entries(counts)) span.setAttribute(`memos.${name}`, count);
        if (error !== undefined) {
          span.setAttribute("error.type", error);
          span.setStatus({ code: SpanStatusCode.ERROR, message: error });
        }
        span.end();
        metrics
          .getMeter(NAME)
          .createHistogram("memos.operation.duration", { unit: "s", description: "Seconds of an operation." })
          .record(milliseconds / 1_000, {
            "memos.operation": operation,
            ...(error === undefined ? {} : { "error.type": error }),
          });
      },
    };
  };
}
