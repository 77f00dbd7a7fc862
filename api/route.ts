import { z } from "zod";
import { type ErrorCode, SCOPE_PARTS, type Scope } from "../memcube/index.js";
import type { MemOS } from "../memos/index.js";
import { parse } from "../memos/parse.js";
import { type RequestScope, requestScopeSchema } from "./auth.js";
import type { Line } from "./lines.js";

type Fields = z.ZodRawShape;
type Output<F extends Fields> = z.output<z.ZodObject<F>>;

/** What a route's handler works with, all of it validated. */
interface Call<Params extends Fields, Input extends Fields> {
  readonly memos: MemOS;
  readonly scope: Scope;
  readonly params: Output<Params>;
  readonly input: Output<Input>;
  /** The lines of the body, on a route that takes NDJSON. */
  readonly lines: AsyncIterable<Line>;
  /** Aborted when the client goes away or the server closes. */
  readonly signal: AbortSignal;
}

interface RouteText {
  readonly operationId: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As OpenAPI spells it: `/v1/memories/{id}`. */
  readonly path: `/v1/${string}`;
  readonly tag:
    | "Write"
    | "Read"
    | "Chat"
    | "Adapters"
    | "Graph"
    | "Lifecycle"
    | "Time"
    | "Govern"
    | "Operate";
  readonly summary: string;
  readonly description: string;
  /** Where the input comes from. With `ndjson` the scope and options are in the query, the items in the body. */
  readonly accepts: "query" | "json" | "ndjson";
  /** A request header that may carry an input field, as `{ "idempotency-key": "idempotencyKey" }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Errors of this route beside those that every route can answer. */
  readonly errors: readonly ErrorCode[];
}

interface RouteExample {
  readonly params?: Readonly<Record<string, string>>;
  /** The query parameters or the JSON body. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The body, where it is NDJSON. */
  readonly lines?: readonly unknown[];
}

interface RouteSpec<Params extends Fields, Input extends Fields, Answer extends z.ZodType> extends RouteText {
  readonly params: Params;
  /** The input beside the scope, which every route takes. */
  readonly input: Input;
  /** The schema of one body line, where the body is NDJSON. */
  readonly line?: z.ZodType;
  readonly example: RouteExample;
  readonly success: {
    readonly status: 200 | 201 | 202;
    readonly description: string;
    readonly schema: Answer;
    readonly example: z.input<Answer>;
  };
  readonly handle:
    | { readonly json: (call: Call<Params, Input>) => Promise<z.output<Answer>> }
    | { readonly ndjson: (call: Call<Params, Input>) => AsyncIterable<z.output<Answer>> }
    | { readonly events: (call: Call<Params, Input>) => AsyncIterable<z.output<Answer>> }
    | { readonly answer: (call: Call<Params, Input>) => AsyncIterable<z.output<Answer>> };
}

/** A request before validation, and what the server adds to it. */
export interface RawCall extends Pick<Call<Fields, Fields>, "memos" | "lines" | "signal"> {
  readonly params: unknown;
  readonly input: unknown;
  /** Turns the scope that the request states into the one it acts in. */
  readonly scopeFor: (requested: RequestScope) => Scope;
}

/** A row of the route table: the router, the validation and the OpenAPI document are all made from it. */
export interface Route extends RouteText {
  readonly params: z.ZodObject;
  /** The whole query or the whole JSON body, scope included. */
  readonly input: z.ZodObject;
  readonly line: z.ZodType | undefined;
  readonly example: RouteExample;
  readonly success: {
    readonly status: 200 | 201 | 202;
    readonly description: string;
    readonly schema: z.ZodType;
    readonly example: unknown;
  };
  readonly handle:
    | { readonly json: (raw: RawCall) => Promise<unknown> }
    | { readonly ndjson: (raw: RawCall) => AsyncIterable<unknown> }
    /** Server-sent events. */
    | { readonly events: (raw: RawCall) => AsyncIterable<unknown> }
    /** One answer in pieces, as server-sent events. */
    | { readonly answer: (raw: RawCall) => AsyncIterable<unknown> };
}

function pick(value: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in value).map((name) => [name, value[name]]));
}

/** Completes a row: adds the scope to its input and puts validation and authorization before its handler. */
export function route<Params extends Fields, Input extends Fields, Answer extends z.ZodType>(
  spec: RouteSpec<Params, Input, Answer>,
): Route {
  const params = z.strictObject(spec.params);
  const input =
    spec.accepts === "json"
      ? z.strictObject({ scope: requestScopeSchema.prefault({}), ...spec.input })
      : z.strictObject({ ...requestScopeSchema.shape, ...spec.input });

  const prepare = (raw: RawCall): Call<Params, Input> => {
    const values: Record<string, unknown> = parse(input, raw.input);
    const stated = spec.accepts === "json" ? values["scope"] : pick(values, SCOPE_PARTS);
    return {
      memos: raw.memos,
      lines: raw.lines,
      signal: raw.signal,
      params: parse(params, raw.params),
      scope: raw.scopeFor(parse(requestScopeSchema, stated)),
      // `input` is made of the scope and exactly these fields, which the compiler loses in the spread.
      input: pick(values, Object.keys(spec.input)) as Output<Input>,
    };
  };

  const { handle } = spec;
  return {
    ...spec,
    params,
    input,
    line: spec.line,
    handle:
      "json" in handle
        ? { json: async (raw) => handle.json(prepare(raw)) }
        : "ndjson" in handle
          ? { ndjson: (raw) => handle.ndjson(prepare(raw)) }
          : "events" in handle
            ? { events: (raw) => handle.events(prepare(raw)) }
            : { answer: (raw) => handle.answer(prepare(raw)) },
  };
}
