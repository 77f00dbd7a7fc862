import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { onLoopback } from "../loopback.js";

export const DIMENSION = 8;

export interface EmbeddingRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly input: readonly string[]; readonly [field: string]: unknown };
}

/** What the server does with a request; it waits for nothing that is returned. */
export type Behaviour = (response: ServerResponse, request: EmbeddingRequest) => unknown;

export interface Item {
  readonly object: "embedding";
  readonly index: number;
  readonly embedding: unknown;
}

/** A vector that depends on the text alone; not of unit length, as many models' are not. */
export function modelVector(text: string): number[] {
  return [...createHash("sha256").update(text).digest().subarray(0, DIMENSION)].map((byte) => byte - 127.5);
}

function itemsOf(request: EmbeddingRequest): Item[] {
  return request.body.input.map((text, index) => ({
    object: "embedding",
    index,
    embedding: modelVector(text),
  }));
}

export function sendJson(response: ServerResponse, status: number, body: string, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}

/** As the real API answers. */
export const answer: Behaviour = answerWith((items) => items);

/** As the real API answers, with other items. */
export function answerWith(change: (items: Item[]) => readonly unknown[]): Behaviour {
  return (response, request) =>
    sendJson(response, 200, JSON.stringify({ object: "list", data: change(itemsOf(request)) }));
}

/** A failure that may be tried again at once. */
export function fail(status: number, headers: Record<string, string> = { "retry-after-ms": "1" }): Behaviour {
  return (response, request) =>
    sendJson(
      response,
      status,
      JSON.stringify({ error: { message: `for ${String(request.headers.authorization)}` } }),
      headers,
    );
}

/** The OpenAI embeddings API on a free port: the behaviours in turn, the last one for all that follow. */
export async function startEmbeddingServer(
  context: TestContext,
  ...behaviours: readonly Behaviour[]
): Promise<{ baseURL: string; requests: EmbeddingRequest[] }> {
  const requests: EmbeddingRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as EmbeddingRequest["body"];
    const request = { path: incoming.url ?? "", headers: incoming.headers, body };
    const behaviour = behaviours[Math.min(requests.length, behaviours.length - 1)] ?? answer;
    requests.push(request);
    behaviour(response, request);
  });
  const address = await onLoopback(context, server);
  return { baseURL: `${address}/v1`, requests };
}
