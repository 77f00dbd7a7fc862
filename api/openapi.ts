import * as z from "zod";
import {
  createDocument,
  type oas31,
  type ZodOpenApiOperationObject,
  type ZodOpenApiOverride,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from "zod-openapi";
import { type ErrorCode, MemosError } from "../memcube/index.js";
import { filterSchema } from "../memos/filter.js";
import { JSON_MEDIA_TYPE, NDJSON_MEDIA_TYPE } from "./body.js";
import { HTTP_LIMITS } from "./limits.js";
import { packageVersion } from "./packageVersion.js";
import { type Probe, probes } from "./probes.js";
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type Problem, problemSchema, toProblem } from "./problem.js";
import { carriage } from "./query.js";
import type { Route } from "./route.js";
import { ROUTES } from "./routes.js";
import { EVENT_STREAM_MEDIA_TYPE } from "./serverSentEvents.js";

const EVERY_ROUTE: readonly ErrorCode[] = [
  "INVALID_INPUT",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "TOO_MANY_REQUESTS",
  "INTERNAL",
  "LEDGER_UNAVAILABLE",
];
const EXAMPLE_REQUEST_ID = "1f0d9a52-6a0e-4b5e-9c39-0f6f5a1f2c11";

const DESCRIPTION = `Durable, searchable memory for AI agents.

Every request acts in a **scope**: a tenant, and optionally a user, agent, app and session. The tenant follows from the API key (\`Authorization: Bearer KEY\`); a server in development mode (\`npm start\`) answers this computer without one.

JSON bodies have at most ${HTTP_LIMITS.bodyBytes / 2 ** 20} MiB, no array or object with more than ${HTTP_LIMITS.jsonMembers} members, and ${HTTP_LIMITS.jsonValues} values in all. Unknown fields are refused, not ignored. Every answer has an \`x-request-id\`; one that you send is kept. Every error is a Problem (RFC 9457) with a \`code\` for programs and a \`remedy\` for people.`;

/** Where JSON over HTTP differs from what the schema accepts inside a program. */
const override: ZodOpenApiOverride = ({ jsonSchema, zodSchema }) => {
  const { def } = zodSchema._zod;
  // The size check in front of a filter accepts anything; what it leads to is the real shape.
  if (zodSchema === filterSchema) jsonSchema.$ref = "#/components/schemas/Filter";
  // A Date object is a convenience of the SDK.
  if (def.type === "union" && jsonSchema.anyOf !== undefined)
    jsonSchema.anyOf = jsonSchema.anyOf.filter((_, index) => def.options[index]?._zod.def.type !== "date");
  // `format` says it; the pattern is a page of digits.
  if (jsonSchema.format === "date" || jsonSchema.format === "date-time") delete jsonSchema.pattern;
};

const requestIdHeader: oas31.HeadersObject = {
  "x-request-id": { description: "Names this request in the logs.", schema: { type: "string" } },
};
const tagHeader: oas31.HeadersObject = {
  etag: { description: "The version, for `If-Match` and `If-None-Match`.", schema: { type: "string" } },
};

function exampleProblem(code: ErrorCode, instance: string): Problem {
  return toProblem(new MemosError(code, `${PROBLEMS[code].title}.`), {
    requestId: EXAMPLE_REQUEST_ID,
    instance,
  });
}

function problemResponse(description: string, example: Problem): ZodOpenApiResponseObject {
  return {
    description,
    headers: requestIdHeader,
    content: { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema, example } },
  };
}

/** A status that says more than the code of its Problem. */
function special(
  route: Route,
  status: 408 | 412 | 415 | 429 | 431,
  title: string,
  description: string,
  code: ErrorCode = "INVALID_INPUT",
): Record<string, ZodOpenApiResponseObject> {
  const example: Problem = { ...exampleProblem(code, route.path), status, title };
  return { [String(status)]: problemResponse(description, example) };
}

function errorResponses(route: Route): Record<string, ZodOpenApiResponseObject> {
  const body: readonly ErrorCode[] = route.accepts === "json" ? ["TOO_LARGE"] : [];
  const codes = [...new Set([...EVERY_ROUTE, ...body, ...route.errors])];
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const here = codes.filter((code) => PROBLEMS[code].status === status);
      const description = here.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(" ");
      return [
        String(status),
        problemResponse(description, exampleProblem(here[0] ?? "INTERNAL", route.path)),
      ];
    }),
  );
}

function unsupportedMediaType(route: Route): Record<string, ZodOpenApiResponseObject> {
  if (route.accepts === "query") return {};
  return special(route, 415, "Unsupported media type", "The body has another content type.");
}

/** What the server answers before it looks at the route. */
function beforehand(route: Route): Record<string, ZodOpenApiResponseObject> {
  return {
    ...special(route, 408, "Request timeout", "The request was not complete in time.", "ABORTED"),
    ...special(
      route,
      431,
      "Request Header Fields Too Large",
      "The URL and the headers are too long together.",
      "TOO_LARGE",
    ),
  };
}

function stale(route: Route): Record<string, ZodOpenApiResponseObject> {
  if (route.ifMatch !== true) return {};
  const description = "`CONFLICT`: another version is current than `If-Match` names; nothing has changed.";
  return special(route, 412, "The memory has changed meanwhile", description, "CONFLICT");
}

function notModified(route: Route): Record<string, ZodOpenApiResponseObject> {
  if (!route.answersTag || route.method !== "GET") return {};
  return { "304": { description: "The version that `If-None-Match` names is current.", headers: tagHeader } };
}

function conditions(route: Route): oas31.ParameterObject[] {
  const header = (name: string, description: string): oas31.ParameterObject => ({
    in: "header",
    name,
    description,
    schema: { type: "string" },
  });
  return [
    ...(route.ifMatch === true
      ? [header("if-match", "The `ETag` that the change stands on, or `*`; else nothing changes (412).")]
      : []),
    ...(route.answersTag && route.method === "GET"
      ? [header("if-none-match", "The `ETag` that is known already: answered with 304 while it is current.")]
      : []),
  ];
}

/** Parameters of one location, each with the example of the route. */
function parameterFields(schema: z.ZodObject, example: Readonly<Record<string, unknown>>): z.ZodObject {
  const fields = Object.entries(schema.shape)
    .filter(([, field]) => carriage(field) !== "json")
    .map(([name, field]) => [name, withExample(field, example[name])] as const);
  return z.strictObject(Object.fromEntries(fields));
}

function withExample(field: z.core.$ZodType, example: unknown): z.core.$ZodType {
  return example === undefined || !(field instanceof z.ZodType) ? field : field.meta({ param: { example } });
}

/** A filter travels as JSON in one parameter. */
function jsonParameters(schema: z.ZodObject): oas31.ParameterObject[] {
  return Object.entries(schema.shape)
    .filter(([, field]) => carriage(field) === "json")
    .map(([name, field]) => ({
      in: "query",
      name,
      description: `${z.globalRegistry.get(field)?.description ?? ""} As JSON.`.trim(),
      content: { [JSON_MEDIA_TYPE]: { schema: { $ref: "#/components/schemas/Filter" } } },
    }));
}

function headerParameters(route: Route): oas31.ParameterObject[] {
  return Object.entries(route.headers ?? {}).map(([header, field]) => ({
    in: "header",
    name: header,
    description: `The same as \`${field}\` in the ${route.accepts === "json" ? "body" : "query"}.`,
    schema: { type: "string" },
  }));
}

function requestBody(route: Route): Pick<ZodOpenApiOperationObject, "requestBody"> {
  if (route.accepts === "json")
    return {
      requestBody: {
        required: true,
        content: { [JSON_MEDIA_TYPE]: { schema: route.input, example: route.example.input } },
      },
    };
  if (route.line === undefined) return {};
  const examples = (route.example.lines ?? []).map(
    (value, index) => [`line${index + 1}`, { value }] as const,
  );
  return {
    requestBody: {
      required: true,
      description: "One of these as JSON on every line.",
      content: { [NDJSON_MEDIA_TYPE]: { schema: route.line, examples: Object.fromEntries(examples) } },
    },
  };
}

/** One row of the route table, as the document describes it. */
export function operationOf(route: Route): ZodOpenApiOperationObject {
  const { status, description, schema, example } = route.success;
  const mediaType =
    "json" in route.handle
      ? JSON_MEDIA_TYPE
      : "ndjson" in route.handle
        ? NDJSON_MEDIA_TYPE
        : EVENT_STREAM_MEDIA_TYPE;
  const inQuery = route.accepts !== "json";
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    description: route.description,
    requestParams: {
      path: parameterFields(route.params, route.example.params ?? {}),
      ...(inQuery ? { query: parameterFields(route.input, route.example.input) } : {}),
    },
    ...(route.deprecated === undefined ? {} : { deprecated: true }),
    parameters: [
      ...(inQuery ? jsonParameters(route.input) : []),
      ...headerParameters(route),
      ...conditions(route),
    ],
    ...requestBody(route),
    responses: {
      [String(status)]: {
        description,
        headers: route.answersTag ? { ...requestIdHeader, ...tagHeader } : requestIdHeader,
        content: { [mediaType]: { schema, example } },
      },
      ...notModified(route),
      ...errorResponses(route),
      ...stale(route),
      ...unsupportedMediaType(route),
      ...beforehand(route),
    },
  };
}

function probeOperation(probe: Probe): ZodOpenApiOperationObject {
  const content = { [JSON_MEDIA_TYPE]: { schema: probe.schema, example: probe.example } };
  const failing: Record<string, ZodOpenApiResponseObject> =
    probe.failing === undefined ? {} : { [String(probe.failing)]: { description: "Not now.", content } };
  return {
    operationId: probe.operationId,
    tags: ["Operate"],
    summary: probe.summary,
    description: probe.description,
    security: [],
    responses: { "200": { description: "Yes.", headers: requestIdHeader, content }, ...failing },
  };
}

/** The OpenAPI 3.1 document, made from the tables that also make the router. */
export function openApiDocument(): oas31.OpenAPIObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of ROUTES)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  for (const probe of probes) paths[probe.path] = { get: probeOperation(probe) };
  return createDocument(
    {
      openapi: "3.1.1",
      info: {
        title: "MemOS",
        version: packageVersion(),
        description: DESCRIPTION,
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/", description: "This server." }],
      security: [{ apiKey: [] }],
      tags: [
        { name: "Write", description: "What changes memory; each answers with a receipt." },
        { name: "Read", description: "What finds memory." },
        { name: "Chat", description: "Talking to a model with memory, and the compiled memory behind it." },
        { name: "Adapters", description: "Memory in weights: trained, judged, attached and taken back." },
        { name: "Lifecycle", description: "How memories live: states, use, retention, merges." },
        { name: "Time", description: "Memory at other times." },
        { name: "Graph", description: "Neighbours, paths, entities and facts." },
        { name: "Govern", description: "Principals, grants, quotas and the audit." },
        { name: "Operate", description: "What an operator needs." },
      ],
      paths,
      components: {
        schemas: { Filter: filterSchema.out },
        securitySchemes: {
          apiKey: { type: "http", scheme: "bearer", description: "An API key of one tenant." },
        },
      },
    },
    { override },
  );
}
