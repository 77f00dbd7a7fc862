import { MemosClientError } from "./error.js";
import { OPERATIONS } from "./generated/operations.js";
import type { OperationId } from "./operation.js";
import { type CallOptions, CLIENT_LIMITS, type ClientOptions, type RequestScope } from "./options.js";
import { type Incoming, type Outgoing, readJson, send } from "./send.js";
import { eventsOf, ndjsonOf } from "./streams.js";

/** The input of any operation, unchecked: the server checks it. */
export interface Input {
  readonly path?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

function invalid(message: string, cause?: unknown): MemosClientError {
  return new MemosClientError("INVALID_INPUT", message, cause === undefined ? {} : { cause });
}

/** Turns operations into HTTP, for one server, key and scope. */
export class Caller {
  readonly #options: ClientOptions;
  readonly #fetch: typeof fetch;
  readonly #base: string;

  /** @throws MemosClientError INVALID_INPUT. */
  constructor(options: ClientOptions) {
    if (!/^https?:\/\/[^?#]+$/.test(options.baseUrl) || !URL.canParse(options.baseUrl))
      throw invalid("`baseUrl` is not an address as http://127.0.0.1:7077.");
    this.#options = options;
    // Browsers refuse their own as a method of something else.
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.#base = options.baseUrl.replace(/\/+$/, "");
  }

  /** One that acts in a narrower scope. */
  within(scope: RequestScope): Caller {
    return new Caller({ ...this.#options, scope: { ...this.#options.scope, ...scope } });
  }

  /** @throws MemosClientError */
  async json(id: OperationId, input: Input, options: CallOptions = {}): Promise<unknown> {
    return readJson(await this.#open(id, input, options));
  }

  /** The pieces of an answer as they come. @throws MemosClientError */
  async *stream(id: OperationId, input: Input, options: CallOptions = {}): AsyncGenerator<unknown> {
    const incoming = await this.#open(id, input, options);
    yield* OPERATIONS[id][2] === "ndjson" ? ndjsonOf(incoming) : eventsOf(incoming);
  }

  #open(id: OperationId, input: Input, options: CallOptions): Promise<Incoming> {
    const { timeoutMs = CLIENT_LIMITS.timeoutMs, maxRetries = CLIENT_LIMITS.maxRetries } = this.#options;
    return send(this.#fetch, this.#outgoing(id, input, options), {
      signal: options.signal,
      timeoutMs: options.timeoutMs ?? timeoutMs,
      maxRetries: options.maxRetries ?? maxRetries,
    });
  }

  #outgoing(id: OperationId, input: Input, options: CallOptions): Outgoing {
    const row = OPERATIONS[id];
    // A program without types can name anything.
    if (row === undefined) throw invalid(`There is no operation \`${id}\`.`);
    const [call, accepts, , again, unscoped] = row;
    const [method = "", path = ""] = call.split(" ");
    const keyed = again === "key" || options.idempotencyKey !== undefined;
    if (keyed && again !== "key") throw invalid(`\`${id}\` takes no idempotency key.`);
    const scope = unscoped === undefined ? this.#options.scope : undefined;
    const inQuery = accepts !== "json";
    const body =
      accepts === "query" ? undefined : accepts === "ndjson" ? input.body : scoped(input.body, scope);
    const query = queryOf({ ...(inQuery ? scope : {}), ...(input.query as Fields | undefined) });
    return {
      method,
      url: this.#base + filled(path, (input.path ?? {}) as Fields) + query,
      headers: this.#headers(accepts, options, keyed ? (options.idempotencyKey ?? newKey()) : undefined),
      body: typeof body === "string" || body === undefined ? body : JSON.stringify(body),
      repeatable: again !== "never",
    };
  }

  #headers(accepts: string, options: CallOptions, key: string | undefined): Headers {
    try {
      const headers = new Headers({ ...this.#options.headers, ...options.headers });
      const { apiKey } = this.#options;
      if (apiKey !== undefined) headers.set("authorization", `Bearer ${apiKey}`);
      if (accepts !== "query")
        headers.set("content-type", accepts === "json" ? "application/json" : "application/x-ndjson");
      if (key !== undefined) headers.set("idempotency-key", key);
      return headers;
    } catch {
      // Not as a cause: it would quote the key.
      throw invalid("A header, the key or the idempotency key holds what no header can.");
    }
  }
}

function scoped(body: unknown, scope: RequestScope | undefined): unknown {
  const fields = (body ?? {}) as Fields;
  return scope === undefined ? fields : { ...fields, scope: { ...scope, ...(fields["scope"] as object) } };
}

/** Names in a path. A dot segment would lead to another one. */
function filled(path: string, names: Fields): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = names[name];
    if (typeof value !== "string" || value === "" || value === "." || value === "..")
      throw invalid(`\`${name}\` is not a name.`);
    return encodeURIComponent(value.toWellFormed());
  });
}

/** Lists are given more than once, objects as JSON, which is how the server reads them. */
function queryOf(values: Fields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) query.append(name, typeof one === "object" ? JSON.stringify(one) : String(one));
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** Not `randomUUID`, which browsers have on secure pages alone. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
