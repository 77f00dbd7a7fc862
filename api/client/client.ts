import { Caller } from "./caller.js";
import type { components } from "./generated/rest.js";
import { type AddProgress, ingest } from "./ingest.js";
import type { AnswerOf, BodyOf, InputOf, QueryOf, RequestId, StreamId } from "./operation.js";
import { type CallOptions, CLIENT_LIMITS, type ClientOptions, type RequestScope } from "./options.js";

type Schemas = components["schemas"];
export type AddInput = Schemas["AddInput"];
export type MemoryInput = Exclude<AddInput, readonly unknown[]>;
export type MemCube = Schemas["MemCube"];
export type Filter = Schemas["Filter"];
export type ChatEvent = Schemas["ChatEvent"];
export type PortableCube = Schemas["PortableCube"];

/** The scope of one call, which narrows that of the client. */
export interface Scoped {
  readonly scope?: RequestScope | undefined;
}

type Given<Fields, Taken extends PropertyKey = never> = Omit<Fields, "scope" | Taken> & Scoped;

type WithFilter<Fields> = Omit<Fields, keyof RequestScope | "archived"> &
  Scoped & { readonly archived?: boolean | undefined };

export type AddParams = Scoped;
export type RecallParams = Given<BodyOf<"recallMemories">, "query">;
export type SearchParams = Given<BodyOf<"searchMemories">, "query">;
export type ChatParams = Given<BodyOf<"chat">, "message">;
export type UpdateParams = Given<BodyOf<"updateMemory">, "patch">;
export type ListParams = WithFilter<QueryOf<"listMemories">>;
export type AllParams = Omit<ListParams, "cursor">;
export type GetParams = Omit<QueryOf<"getMemory">, keyof RequestScope> & Scoped;
export type ForgetParams = Omit<QueryOf<"forgetMemory">, keyof RequestScope> & Scoped;

/**
 * A client of `memos serve`, for every runtime that has `fetch`. Each method ends with `CallOptions`; each fails with a
 * `MemosClientError` and nothing else. Reads, and writes with an idempotency key, are repeated when the server is busy
 * or the connection fails.
 *
 * @example
 * const client = new MemosClient({ baseUrl: "http://127.0.0.1:7077", scope: { user: "ana" } });
 * await client.add("I moved to Lisbon in March.");
 * console.log((await client.recall("Where does Ana live?", { budget: 400 })).text);
 */
export class MemosClient {
  readonly #caller: Caller;

  /** @throws MemosClientError INVALID_INPUT for an address that is none. */
  constructor(options: ClientOptions | Caller) {
    this.#caller = options instanceof Caller ? options : new Caller(options);
  }

  /** The same client in a narrower scope. */
  withScope(scope: RequestScope): MemosClient {
    return new MemosClient(this.#caller.within(scope));
  }

  /**
   * Remembers a text, a chat message, a memory or a list of them: durable and findable when it resolves. Sent again
   * after a failure it is written once, by an idempotency key that the client makes.
   */
  add(input: AddInput, { scope }: AddParams = {}, options?: CallOptions): Promise<AnswerOf<"addMemories">> {
    return this.#json("addMemories", { body: { input, scope } }, options);
  }

  /**
   * Remembers as many as come, in requests of up to 500, and tells the progress after each committed batch. One that
   * cannot be stored is skipped, with its number from 0 and the reason. Nothing is sent twice: after a failure,
   * everything that was told is stored.
   */
  ingest(
    inputs: AsyncIterable<MemoryInput> | Iterable<MemoryInput>,
    { scope = {} }: Scoped = {},
    options?: CallOptions,
  ): AsyncGenerator<AddProgress> {
    return ingest(
      inputs,
      (body) =>
        this.#caller.stream("streamMemories", { query: scope, body }, options) as AsyncIterable<AddProgress>,
    );
  }

  /** The text for a prompt: what fits a query, fenced and cited, within a budget of tokens. */
  recall(
    query: string,
    params: RecallParams = {},
    options?: CallOptions,
  ): Promise<AnswerOf<"recallMemories">> {
    return this.#json("recallMemories", { body: { ...params, query } }, options);
  }

  /** Memories that fit a query, best first. */
  search(
    query: string,
    params: SearchParams = {},
    options?: CallOptions,
  ): Promise<AnswerOf<"searchMemories">> {
    return this.#json("searchMemories", { body: { ...params, query } }, options);
  }

  /** One memory, as it is or as it was known at a time. */
  get(id: string, { scope, ...query }: GetParams = {}, options?: CallOptions): Promise<MemCube> {
    return this.#json("getMemory", { path: { id }, query: { ...query, ...scope } }, options);
  }

  /** Writes a new version. */
  update(
    id: string,
    patch: Schemas["UpdatePatch"],
    params: UpdateParams = {},
    options?: CallOptions,
  ): Promise<AnswerOf<"updateMemory">> {
    return this.#json("updateMemory", { path: { id }, body: { ...params, patch } }, options);
  }

  /** Forgets one memory; it can be undone for 30 days. */
  forget(
    id: string,
    { scope, ...query }: ForgetParams = {},
    options?: CallOptions,
  ): Promise<AnswerOf<"forgetMemory">> {
    return this.#json("forgetMemory", { path: { id }, query: { ...query, ...scope } }, options);
  }

  /** Every version of one memory. */
  history(id: string, { scope }: Scoped = {}, options?: CallOptions): Promise<AnswerOf<"memoryHistory">> {
    return this.#json("memoryHistory", { path: { id }, query: { ...scope } }, options);
  }

  /** One page of memories by age. */
  list({ scope, ...query }: ListParams = {}, options?: CallOptions): Promise<AnswerOf<"listMemories">> {
    return this.#json("listMemories", { query: { ...query, ...scope } }, options);
  }

  /** Every memory, page by page as they are asked for; `limit` is the size of a page. */
  async *all(params: AllParams = {}, options?: CallOptions): AsyncGenerator<MemCube> {
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page = await this.list(
        { limit: CLIENT_LIMITS.pageSize, ...params, ...(cursor === undefined ? {} : { cursor }) },
        options,
      );
      yield* page.cubes;
      cursor = page.cursor;
    }
  }

  /** Talks, with memory: events as they come, of which the last is the receipt. */
  chat(message: string, params: ChatParams = {}, options?: CallOptions): AsyncGenerator<ChatEvent> {
    const patient = { timeoutMs: CLIENT_LIMITS.chatTimeoutMs, ...options };
    const events = this.#caller.stream("chat", { body: { ...params, message } }, patient);
    return events as AsyncGenerator<ChatEvent>;
  }

  /** How much a scope holds. */
  stats({ scope = {} }: Scoped = {}, options?: CallOptions): Promise<AnswerOf<"stats">> {
    return this.#json("stats", { query: scope }, options);
  }

  /** Every memory with all of its versions, as `memos import jsonl` takes them. */
  export({ scope = {} }: Scoped = {}, options?: CallOptions): AsyncGenerator<PortableCube> {
    const cubes = this.#caller.stream("exportMemories", { query: scope }, options);
    return cubes as AsyncGenerator<PortableCube>;
  }

  /**
   * Any operation of the REST API that answers with one value, by its `operationId`; the scope of the client is added.
   *
   * @example
   * const receipt = await client.request("freezeMemory", { path: { id } });
   */
  request<Id extends RequestId>(id: Id, input: InputOf<Id>, options?: CallOptions): Promise<AnswerOf<Id>> {
    return this.#json(id, input, options);
  }

  /** Any operation that answers with a stream. */
  stream<Id extends StreamId>(
    id: Id,
    input: InputOf<Id>,
    options?: CallOptions,
  ): AsyncGenerator<AnswerOf<Id>> {
    return this.#caller.stream(id, input, options) as AsyncGenerator<AnswerOf<Id>>;
  }

  /** The server keeps to its document, which a test holds it to. */
  #json<Id extends RequestId>(
    id: Id,
    input: Parameters<Caller["json"]>[1],
    options?: CallOptions,
  ): Promise<AnswerOf<Id>> {
    return this.#caller.json(id, input, options) as Promise<AnswerOf<Id>>;
  }
}
