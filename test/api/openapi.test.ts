import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { openApiDocument } from "../../api/index.js";
import { probes } from "../../api/probes.js";
import { ROUTES } from "../../api/routes.js";
import { startServer } from "./harness.js";

type Json = Readonly<Record<string, unknown>>;

const document = JSON.parse(JSON.stringify(openApiDocument())) as Json;

const parameterSchema = z.looseObject({
  name: z.string(),
  in: z.enum(["query", "path", "header"]),
  required: z.boolean().optional(),
  schema: z.looseObject({}).optional(),
  content: z.looseObject({}).optional(),
  example: z.unknown().optional(),
});
const mediaSchema = z.looseObject({
  schema: z.looseObject({}),
  example: z.unknown().optional(),
  examples: z.record(z.string(), z.looseObject({ value: z.unknown() })).optional(),
});
const contentSchema = z.record(z.string().regex(/^[a-z]+\/[a-z+-]+$/), mediaSchema);
const operationSchema = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  description: z.string(),
  tags: z.array(z.string()).length(1),
  parameters: z.array(parameterSchema).optional(),
  requestBody: z.looseObject({ required: z.literal(true), content: contentSchema }).optional(),
  responses: z.record(
    z.string().regex(/^[1-5]\d\d$/),
    z.looseObject({ description: z.string().min(1), content: contentSchema.default({}) }),
  ),
});
const documentSchema = z.looseObject({
  openapi: z.string().regex(/^3\.1\.\d$/),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  tags: z.array(z.looseObject({ name: z.string() })),
  paths: z.record(
    z.string().startsWith("/"),
    z.partialRecord(z.enum(["get", "post", "put", "patch", "delete"]), operationSchema),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
});

function operations() {
  return Object.entries(documentSchema.parse(document).paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) =>
      operation === undefined ? [] : [{ path, method: method.toUpperCase(), operation }],
    ),
  );
}

function* nodes(value: unknown): Generator<Json> {
  if (typeof value !== "object" || value === null) return;
  yield value as Json;
  for (const child of Object.values(value)) yield* nodes(child);
}

/** A schema of the document as a validator of its own, without the zod schema that it was made from. */
function validator(schema: Json): z.ZodType {
  const { schemas } = documentSchema.parse(document).components;
  const text = JSON.stringify({ ...schema, $defs: schemas }).replaceAll("#/components/schemas/", "#/$defs/");
  return z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]);
}

test("the document has the structure of OpenAPI 3.1", () => {
  const parsed = documentSchema.parse(document);
  const all = operations();
  assert.equal(new Set(all.map(({ operation }) => operation.operationId)).size, all.length);
  const tags = new Set(parsed.tags.map((tag) => tag.name));
  for (const { path, operation } of all) {
    for (const tag of operation.tags) assert.ok(tags.has(tag));
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
    assert.deepEqual(
      inPath.map((parameter) => `{${parameter.name}}`),
      path.match(/\{\w+\}/g) ?? [],
    );
    assert.ok(inPath.every((parameter) => parameter.required === true));
    for (const parameter of operation.parameters ?? [])
      assert.ok((parameter.schema === undefined) !== (parameter.content === undefined), parameter.name);
  }
});

test("every reference of the document leads somewhere", () => {
  const { schemas } = documentSchema.parse(document).components;
  for (const node of nodes(document)) {
    if (typeof node["$ref"] !== "string") continue;
    const name = node["$ref"].replace("#/components/schemas/", "");
    assert.ok(Object.hasOwn(schemas, name), node["$ref"]);
  }
});

test("the document has exactly the routes that the server answers", () => {
  const documented = operations().map(({ method, path }) => `${method} ${path}`);
  const served = [
    ...ROUTES.map((route) => `${route.method} ${route.path}`),
    ...probes.map((probe) => `GET ${probe.path}`),
  ];
  assert.deepEqual([...documented].sort(), [...served].sort());
});

test("every answer and every error is described with an example that its schema accepts", () => {
  for (const { path, method, operation } of operations()) {
    for (const [status, response] of Object.entries(operation.responses)) {
      assert.equal(Object.keys(response.content).length === 0, status === "304", `${path} ${status}`);
      for (const media of Object.values(response.content)) {
        const result = validator(media.schema).safeParse(media.example);
        assert.ok(result.success, `${method} ${path} ${status}: ${result.error?.message}`);
      }
    }
    if (path.startsWith("/v1/"))
      for (const status of ["400", "401", "403", "500"])
        assert.ok(operation.responses[status], `${path} ${status}`);
  }
});

test("every request example is accepted by the document and by the route", () => {
  for (const { path, method, operation } of operations()) {
    for (const media of Object.values(operation.requestBody?.content ?? {})) {
      const examples =
        media.examples === undefined ? [media.example] : Object.values(media.examples).map((e) => e.value);
      assert.ok(examples.length > 0);
      for (const example of examples) {
        const result = validator(media.schema).safeParse(example);
        assert.ok(result.success, `${method} ${path}: ${result.error?.message}`);
      }
    }
  }
  for (const route of ROUTES) {
    route.input.parse(route.example.input);
    route.params.parse(route.example.params ?? {});
    for (const line of route.example.lines ?? []) route.line?.parse(line);
    route.success.schema.parse(route.success.example);
  }
});

test("the server serves the document", async (t) => {
  const api = await startServer(t, {});
  const answer = await api.send("GET", "/openapi.json");
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, document);
});
