import type { Duplex } from "node:stream";
import { type MessagePort, parentPort } from "node:worker_threads";
import pg from "pg";
import {
  type Answer,
  ENDED,
  failureOf,
  type Introduction,
  type Listening,
  type Notice,
  type Opening,
  type Request,
  SIGNAL,
  UNSENT,
  type WireRequest,
} from "./protocol.js";

/** Types of Postgres by number, as SQLite would give them. */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => (text === "t" ? 1 : 0),
  17: (text) => Buffer.from(text.slice(2), "hex"),
  20: Number,
  21: Number,
  23: Number,
  700: Number,
  701: Number,
  1700: Number,
};

const TYPES = { getTypeParser: (oid: number) => PARSERS[oid] ?? String };

/** Ends each connection that was asked for, at once. */
const endings = new Set<() => void>();

/** One connection, for one thread. What is asked is sent at once, and answered in the order of asking. */
class Wire {
  readonly #port: MessagePort;
  readonly #signal: Int32Array;
  #client: pg.Client | undefined;
  #ended = false;

  constructor({ port, signal }: Introduction) {
    this.#port = port;
    this.#signal = signal;
    port.on("message", (request: Request) => {
      if ("open" in request) void this.#open(request.seq, request.open);
      else this.#query(request);
    });
    const end = () => {
      if (this.#client !== undefined) cut(this.#client);
      port.close();
    };
    endings.add(end);
    port.on("close", () => {
      this.#ended = true;
      endings.delete(end);
      this.#client?.end().catch(() => undefined);
    });
  }

  async #open(seq: number, { url, session, timeout }: Opening): Promise<void> {
    if (this.#client !== undefined) cut(this.#client);
    this.#client = undefined;
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: timeout,
      keepAlive: true,
      pipeline: true,
      application_name: "memos",
      types: TYPES,
    } as pg.ClientConfig);
    // What is under way is answered with the failure; an idle connection that ends is opened anew when it is needed.
    client.on("error", () => {
      if (this.#client === client) this.#client = undefined;
    });
    try {
      await client.connect();
      await client.query(session);
      if (this.#ended) {
        cut(client);
        return;
      }
      this.#client = client;
      this.#answer({ seq, rows: [], count: 0 });
    } catch (error) {
      client.end().catch(() => undefined);
      this.#answer({ seq, failure: failureOf(error, "connecting") });
    }
  }

  #query({ seq, text, name, values, arrays }: Exclude<Request, { open: Opening }>): void {
    const client = this.#client;
    if (client === undefined) {
      this.#answer({ seq, failure: { code: UNSENT, message: "There is no connection." } });
      return;
    }
    client
      .query({
        text,
        ...(name === undefined ? {} : { name }),
        ...(values === undefined ? {} : { values: [...values] }),
        ...(arrays === true ? { rowMode: "array" as const } : {}),
      })
      .then(
        (result) => {
          const last = Array.isArray(result) ? result.at(-1) : result;
          this.#answer({ seq, rows: last?.rows ?? [], count: last?.rowCount ?? 0 });
        },
        (error) => this.#answer({ seq, failure: failureOf(error, text) }),
      );
  }

  #answer(answer: Answer): void {
    this.#port.postMessage(answer);
    Atomics.add(this.#signal, SIGNAL.answers, 1);
    Atomics.notify(this.#signal, SIGNAL.answers);
  }
}

/** Ends a connection without waiting for a server that may never answer: what is under way on it fails. */
function cut(client: pg.Client): void {
  (client as pg.Client & { connection: { stream: Duplex } }).connection.stream.destroy();
}

/** How long a listener that lost its connection waits before it opens another. */
const LISTEN_AGAIN_MS = 1_000;

/**
 * Listens to what the commits of all processes tell (triggers.ts), and passes on what it is about. After a connection
 * was lost something may have been missed: then it tells of everything.
 */
async function listen({ url, channel }: Listening): Promise<void> {
  const tell = (what: Notice) => parentPort?.postMessage(what);
  const end = new AbortController();
  endings.add(() => end.abort());
  for (let first = true; !end.signal.aborted; first = false) {
    const client = new pg.Client({ connectionString: url, keepAlive: true, application_name: "memos" });
    // More than one error may come of one connection.
    const ended = new Promise<void>((resolve) => {
      client.on("end", resolve).on("error", () => resolve());
    });
    const cutOff = () => cut(client);
    end.signal.addEventListener("abort", cutOff);
    client.on("notification", ({ payload }) => tell(payload === "jobs" ? "jobs" : "events"));
    try {
      await client.connect();
      await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      if (!first) tell("jobs");
      await ended;
    } catch {
      // Who waits looks from time to time by itself.
    }
    end.signal.removeEventListener("abort", cutOff);
    cut(client);
    await new Promise((resolve) => setTimeout(resolve, LISTEN_AGAIN_MS).unref());
  }
}

parentPort?.on("message", (message: WireRequest) => {
  if (message === ENDED) {
    for (const end of endings) end();
    endings.clear();
    parentPort?.postMessage(ENDED);
  } else if ("channel" in message) void listen(message);
  else new Wire(message);
});
