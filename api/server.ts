import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer, type ServerResponse } from "node:http";
import type { Express } from "express";
import { MemosError } from "../memcube/index.js";
import type { MemOS } from "../memos/index.js";
import { type Logger, SILENT } from "../memos/logger.js";
import { createApp } from "./app.js";
import { isLoopbackHost } from "./auth.js";
import { answerClientErrors } from "./clientError.js";
import { originsOf } from "./crossOrigin.js";
import { HTTP_LIMITS } from "./limits.js";
import { Metrics } from "./metrics/metrics.js";
import { type RateLimit, RateLimiter } from "./rateLimit.js";

export interface ServerOptions {
  /** Answer without API keys, and this computer only. */
  readonly development?: boolean;
  /** Logs one line a request, without bodies, queries and keys. */
  readonly logger?: Logger;
  /** How many requests a key may send; development mode counts none. */
  readonly rateLimit?: RateLimit;
  /** Answer Prometheus at /metrics. */
  readonly metrics?: boolean;
  /** Web sites whose pages may use this server, as https://app.example.com. None unless named. */
  readonly corsOrigins?: readonly string[];
}

export interface Server {
  readonly app: Express;
  /** Starts to accept connections; port 0 takes a free one. The address is where it can be reached. */
  listen(port: number, host: string): Promise<{ address: string }>;
  /** Stops accepting, lets requests in flight finish within a deadline, then closes the MemOS. */
  close(): Promise<void>;
}

/** Requests whose answer is not complete yet. */
class InFlight {
  readonly #responses = new Set<ServerResponse>();

  add(response: ServerResponse): void {
    this.#responses.add(response);
    response.once("close", () => this.#responses.delete(response));
  }

  /** A kept connection would hold the server open after its last answer. */
  askToDisconnect(): void {
    for (const response of this.#responses) {
      if (!response.headersSent) response.setHeader("connection", "close");
    }
  }

  async finished(): Promise<void> {
    while (this.#responses.size > 0)
      await Promise.all([...this.#responses].map((response) => once(response, "close")));
  }
}

function within(milliseconds: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function urlOf(server: HttpServer): string {
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new MemosError("INTERNAL", "The server listens on no TCP port.");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

/**
 * The REST API over one MemOS.
 *
 * @example
 * const server = createServer(await MemOS.open({ path: "./.memos" }), { development: true });
 * const { address } = await server.listen(7077, "127.0.0.1");
 */
export function createServer(memos: MemOS, options: ServerOptions = {}): Server {
  const { development = false, logger = SILENT, rateLimit, corsOrigins = [] } = options;
  const metrics = options.metrics === true ? new Metrics(memos) : undefined;
  const closing = new AbortController();
  const draining = new AbortController();
  const inFlight = new InFlight();
  const app = createApp({
    memos,
    development,
    logger,
    closing: closing.signal,
    draining: draining.signal,
    metrics,
    spans: memos.telemetry,
    limiter: development || rateLimit === undefined ? undefined : new RateLimiter(rateLimit),
    origins: originsOf(corsOrigins),
  });
  const server = createHttpServer({
    headersTimeout: HTTP_LIMITS.headersMs,
    // A stream may take hours; JSON bodies have a deadline of their own, and all connections the idle one.
    requestTimeout: 0,
    connectionsCheckingInterval: HTTP_LIMITS.headersMs / 2,
  });
  server.setTimeout(HTTP_LIMITS.idleMs);
  answerClientErrors(server);
  server.on("request", (request, response) => {
    inFlight.add(response);
    if (!server.listening) response.setHeader("connection", "close");
    app(request, response);
  });

  async function shutDown(): Promise<void> {
    const closed = server.listening ? once(server, "close") : undefined;
    server.close();
    server.closeIdleConnections();
    inFlight.askToDisconnect();
    draining.abort();
    await within(HTTP_LIMITS.closeMs, inFlight.finished());
    closing.abort();
    server.closeAllConnections();
    await closed;
    metrics?.close();
    await memos.close();
  }

  let shutdown: Promise<void> | undefined;
  return {
    app,
    async listen(port, host) {
      if (development && !isLoopbackHost(host))
        throw new MemosError(
          "FORBIDDEN",
          "Development mode needs no API key, so it listens on this computer only: 127.0.0.1 or localhost.",
          { path: "host" },
        );
      server.listen(port, host);
      await once(server, "listening");
      return { address: urlOf(server) };
    },
    close() {
      shutdown ??= shutDown();
      return shutdown;
    },
  };
}
