import assert from "node:assert/strict";
import { after, test } from "node:test";
import { context, metrics, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { pino } from "pino";
import { problemOf, remember, startServer, UNKNOWN_ID } from "./harness.js";

const spans = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
after(() => reader.shutdown());

const WORDS = "zeppelin over Lisbon";
const TRACE = "0af7651916cd43dd8448eb211c80319c";

/** A test has the answer before the server has seen its connection through. */
async function ended(name: string) {
  for (;;) {
    const found = spans.getFinishedSpans().filter((span) => span.name === name);
    if (found.length > 0) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("a request is a span inside the caller's, and an operation one inside it, with numbers and no content", async (t) => {
  const api = await startServer(t);
  spans.reset();
  const id = await remember(api, `The ${WORDS}.`, { traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
  const [request] = await ended("POST /v1/memories");
  const [operation] = await ended("memos.add");
  assert.ok(request && operation);
  assert.equal(request.spanContext().traceId, TRACE);
  assert.equal(operation.parentSpanContext?.spanId, request.spanContext().spanId);
  assert.equal(request.attributes["http.response.status_code"], 201);
  assert.equal(operation.attributes["memos.written"], 1);

  await api.send("GET", `/v1/memories/${UNKNOWN_ID}?user=ana`);
  const [failed] = await ended("memos.get");
  assert.equal(failed?.attributes["error.type"], "NOT_FOUND");
  await api.send("POST", "/v1/search", { body: { scope: { user: "ana" }, query: WORDS } });
  const [search] = await ended("memos.search");
  assert.equal(search?.attributes["memos.hits"], 1);
  await api.send("GET", "/v1/export?user=ana");
  await ended("memos.export");
  const told = JSON.stringify(
    spans
      .getFinishedSpans()
      .map(({ name, attributes, status, events }) => [name, attributes, status, events]),
  );
  for (const secret of [WORDS, "ana", id, "127.0.0.1"]) assert.ok(!told.includes(secret), secret);

  await reader.forceFlush();
  const names = measured
    .getMetrics()
    .flatMap(({ scopeMetrics }) =>
      scopeMetrics.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name)),
    );
  assert.ok(names.includes("memos.operation.duration"));
});

test("Prometheus gets counts and seconds by patterns and codes, and nothing that somebody has said", async (t) => {
  const api = await startServer(t, { metrics: true });
  const admin = (await api.memos.keys.create("acme", "admin")).secret;
  const user = (await api.memos.keys.create("acme", "ana", { principal: { kind: "user", id: "ana" } }))
    .secret;
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
  await remember(api, `The ${WORDS}.`, bearer(admin));
  await api.send("GET", `/v1/memories/${UNKNOWN_ID}?user=bob`, { headers: bearer(admin) });
  problemOf(await api.send("GET", "/metrics"), 401);
  problemOf(await api.send("GET", "/metrics", { headers: bearer(user) }), 403);
  const answer = await api.send("GET", "/metrics", { headers: bearer(admin) });
  assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  for (const line of [
    'memos_http_requests_total{method="POST",route="/v1/memories",status="201"} 1',
    'memos_http_requests_total{method="GET",route="/v1/memories/:id",status="404"} 1',
    'memos_operation_duration_seconds_count{operation="memos.add",outcome="ok"} 1',
    'memos_operation_duration_seconds_count{operation="memos.get",outcome="NOT_FOUND"} 1',
    'memos_prompt_tokens_total{from="reused"} 0',
    "memos_store_up 1",
    "memos_tenants 1",
  ])
    assert.ok(answer.text.includes(line), `${line}\n${answer.text}`);
  for (const name of ["memos_jobs{", "memos_index_pending", "memos_ledger_bytes", "nodejs_eventloop_lag"])
    assert.ok(answer.text.includes(name), name);
  for (const secret of [WORDS, "ana", "bob", "acme", UNKNOWN_ID])
    assert.ok(!answer.text.includes(secret), secret);
});

test("metrics are answered where they are wanted, and to this computer in development mode", async (t) => {
  problemOf(await (await startServer(t)).send("GET", "/metrics"), 404);
  const api = await startServer(t, { development: true, metrics: true });
  assert.equal((await api.send("GET", "/metrics")).status, 200);
});

test("a log has no text, key, query or id", async (t) => {
  const lines: string[] = [];
  const logger = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const api = await startServer(t, { logger }, { logger });
  const { secret } = await api.memos.keys.create("acme", "logged");
  const headers = { authorization: `Bearer ${secret}`, "idempotency-key": "orange" };
  const id = await remember(api, `The ${WORDS}.`, headers);
  await api.send("GET", `/v1/memories?user=ana&cursor=${encodeURIComponent(WORDS)}`, { headers });
  await api.send("GET", `/${WORDS}/${id}`, { headers });
  await api.send("POST", "/v1/search", { body: { scope: { user: "ana" }, query: WORDS }, headers });
  await api.send("PATCH", `/v1/memories/${id}`, {
    body: { patch: { text: WORDS.repeat(2) }, [WORDS]: 1 },
    headers,
  });
  await api.close();
  const log = lines.join("");
  assert.ok(lines.length >= 5, log);
  for (const word of [WORDS, "zeppelin", secret, "orange", "ana", id]) assert.ok(!log.includes(word), word);
});
