import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import express from "express";
import * as z from "zod";
import { operationOf } from "../../api/openapi.js";
import { route } from "../../api/route.js";
import { routeHandler } from "../../api/routeHandler.js";
import { SILENT } from "../../memos/logger.js";
import { startServer } from "./harness.js";

const old = route({
  operationId: "old",
  method: "GET",
  path: "/v1/old",
  tag: "Read",
  summary: "Old",
  description: "Goes away.",
  accepts: "query",
  deprecated: { since: "2027-01-01", sunset: "2027-07-01", instead: "/v1/search" },
  params: {},
  input: {},
  errors: [],
  example: { input: {} },
  success: { status: 200, description: "Yes.", schema: z.strictObject({}), example: {} },
  handle: { json: async () => ({}) },
});

test("a route that goes away says so in every answer and in the document", async (t) => {
  const { memos } = await startServer(t);
  const signal = new AbortController().signal;
  const app = express();
  app.get(
    "/v1/old",
    routeHandler(old, {
      memos,
      development: true,
      logger: SILENT,
      closing: signal,
      draining: signal,
      limiter: undefined,
      metrics: undefined,
      spans: undefined,
      origins: new Set(),
    }),
  );
  const server = createHttpServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => void server.close());
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/old`);
  await answer.text();
  assert.equal(answer.headers.get("deprecation"), "@1798761600");
  assert.equal(answer.headers.get("sunset"), "Thu, 01 Jul 2027 00:00:00 GMT");
  assert.equal(answer.headers.get("link"), '</v1/search>; rel="successor-version"');
  assert.equal(operationOf(old).deprecated, true);
});
