import * as z from "zod";
import { type ErrorCode, MemosError, SCOPE_PARTS, type Scope } from "../memcube/index.js";
import type { MemOS } from "../memos/index.js";
import { parse } from "../memos/parse.js";
import { type RequestScope, requestScopeSchema } from "./auth.js";
import type { Deprecation } from "./deprecation.js";
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
  /** The route goes away: see docs/api-stability.md. */
  readonly deprecated?: Deprecation;
  /** It changes the memory that its path names, and stands on the version that `If-Match` names. */
  readonly ifMatch?: true;
  /** Errors of this route beside those that every route can answer. */
  readonly errors: readonly ErrorCode[];
}

/** What a question to the index can end with; a bucket under it may be away, or refuse. */
export const SEARCH_ERRORS: readonly ErrorCode[] = [
  "EMBEDDER_FAILED",
  "INDEX_CORRUPT",
  "OBJECTS_UNAVAILABLE",
  "OBJECTS_REFUSED",
];

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
  /** The entity tag of the memory that the path names, after this answer. */
  readonly entityTag?: (answer: z.output<Answer>, id: string) => string | undefined;
  readonly handle:
    | { readonly json: (call: Call<Params, Input>) => Promise<z.output<Answer>> }
    | { readonly ndjson: (call: Call<Params, Input>) => AsyncIterable<z.output<Answer>> }
    | { readonly events: (call: Call<Params, Input>) => Promise<AsyncIterable<z.output<Answer>>> }
    | { readonly answer: (call: Call<Params, Input>) => AsyncIterable<z.output<Answer>> };
}

/** A request before validation, and what the server adds to it. */
export interface RawCall extends Pick<Call<Fields, Fields>, "memos" | "lines" | "signal"> {
  readonly params: unknown;
  readonly input: unknown;
  /** The version that the memory of the path must have, for one that is changed. */
  readonly versionToMatch: (id: string, scope: Scope) => Promise<number | undefined>;
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
  /** Its answer has an entity tag. */
  readonly answersTag: boolean;
  readonly handle:
    | { readonly json: (raw: RawCall) => Promise<{ answer: unknown; tag?: string | undefined }> }
    | { readonly ndjson: (raw: RawCall) => AsyncIterable<unknown> }
    /** Server-sent events; what is refused is refused before they begin. */
    | { readonly events: (raw: RawCall) => Promise<AsyncIterable<unknown>> }
    /** One answer in pieces, as server-sent events. */
    | { readonly answer: (raw: RawCall) => AsyncIterable<unknown> };
}

function pick(value: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in value).map((name) => [name, value[name]]));
}

/** The version of a header in the place of `ifVersion`, which it may not contradict. */
function onVersion<Input extends object>(input: Input, version: number): Input {
  const { ifVersion = version } = input as { ifVersion?: number };
  if (ifVersion !== version)
    throw new MemosError("INVALID_INPUT", "`ifVersion` and `If-Match` name different versions.", {
      path: "ifVersion",
    });
  return { ...input, ifVersion };
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

  const { handle, entityTag } = spec;
  const json = async (raw: RawCall, run: (call: Call<Params, Input>) => Promise<z.output<Answer>>) => {
    const call = prepare(raw);
    const { id } = call.params as { id?: string };
    if (id === undefined) return { answer: await run(call) };
    const version = spec.ifMatch === true ? await raw.versionToMatch(id, call.scope) : undefined;
    const input = version === undefined ? call.input : onVersion(call.input, version);
    const answer = await run({ ...call, input });
    return { answer, tag: entityTag?.(answer, id) };
  };

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

  const { entityTag: _, ...row } = spec;
  return {
    ...row,
    params,
    input,
    line: spec.line,
    answersTag: entityTag !== undefined,
    handle:
      "json" in handle
        ? { json: (raw) => json(raw, handle.json) }
        : "ndjson" in handle
          ? { ndjson: (raw) => handle.ndjson(prepare(raw)) }
          : "events" in handle
            ? { events: async (raw) => handle.events(prepare(raw)) }
            : { answer: (raw) => handle.answer(prepare(raw)) },
  };
}
