import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type ServerOptions } from "../../api/index.js";
import { type Problem, problemSchema } from "../../api/problem.js";
import { MemOS, type OpenOptions } from "../../memos/index.js";

export const JSON_BODY = { "content-type": "application/json" };
export const NDJSON_BODY = { "content-type": "application/x-ndjson" };
/** Well formed, and in no store. */
export const UNKNOWN_ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";

export interface Harness {
  readonly address: string;
  readonly memos: MemOS;
  readonly close: () => Promise<void>;
  /** Sends JSON, or nothing; the parsed answer. */
  readonly send: (
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ) => Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** A response with its body, which a test looks at more than once. */
export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

/** A test, or the `after` of a whole file whose tests share a server. */
export interface Lifetime {
  after(end: () => Promise<void>): void;
}

/** A server on a free port over a new store; both are gone when the test ends. */
export async function startServer(
  t: Lifetime,
  options: ServerOptions = { development: true },
  store: Partial<OpenOptions> = {},
): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), "memos-api-"));
  const memos = await MemOS.open({ ...store, path: folder });
  const server = createServer(memos, options);
  const { address } = await server.listen(0, "127.0.0.1");
  t.after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    address,
    memos,
    close: () => server.close(),
    send: async (method, path, { body, headers = {} } = {}) =>
      answerOf(
        await fetch(address + path, {
          method,
          headers: { ...(body === undefined ? {} : JSON_BODY), ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
  };
}

/** A server that wants keys, and a key for each of two tenants. */
export async function startWithKeys(
  t: Lifetime,
  store: Partial<OpenOptions> = {},
): Promise<Harness & { acme: Credentials; globex: Credentials }> {
  const harness = await startServer(t, {}, store);
  const keyOf = async (tenant: string) => ({
    authorization: `Bearer ${(await harness.memos.keys.create(tenant, "test")).secret}`,
  });
  return { ...harness, acme: await keyOf("acme"), globex: await keyOf("globex") };
}

type Credentials = { readonly authorization: string };

/** The Problem in an answer, after checking that it is one in every respect. */
export function problemOf(answer: Answer, status: number): Problem {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  const problem = problemSchema.parse(answer.body);
  assert.equal(problem.status, status);
  assert.equal(problem.requestId, answer.headers.get("x-request-id"));
  return problem;
}

/** The values of an NDJSON text. */
export function linesOf(text: string): unknown[] {
  assert.ok(text === "" || text.endsWith("\n"), "the last line is terminated");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
}

/** Remembers one text and gives its id. */
export async function remember(
  harness: Harness,
  text: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const answer = await harness.send("POST", "/v1/memories", {
    body: { scope: { user: "ana" }, input: text },
    headers,
  });
  assert.equal(answer.status, 201, answer.text);
  const [written] = (answer.body as { written: { id: string }[] }).written;
  assert.ok(written);
  return written.id;
}
