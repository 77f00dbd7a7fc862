import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { wireMessages } from "./completion.js";
import type { ChatMessage } from "./engine.js";
import { type ModelClient, reasonOf, statusOf } from "./modelClient.js";
import { rootOf, type ServerDialect } from "./serverDialect.js";

/** Of the models that a server has, how many a sentence names. */
const NAMED_MODELS = 5;

/** How servers answer where they have no such route, or none for this key. */
const NO_ROUTE: ReadonlySet<number> = new Set([401, 403, 404, 405]);

const modelsSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      /** Of an adapter: its base. */
      parent: z.string().nullish().catch(undefined),
      max_model_len: z.int().positive().nullish().catch(undefined),
    }),
  ),
});

const tokensSchema = z.object({ tokens: z.array(z.int()) });

/**
 * What vLLM and SGLang answer beside the chat API.
 *
 * All methods throw MODEL_FAILED when the server fails or answers with something else than it should.
 */
export class NamedServer {
  readonly #dialect: ServerDialect;
  readonly #client: ModelClient;
  readonly #baseURL: string;
  readonly #model: string;

  constructor(
    dialect: ServerDialect,
    client: ModelClient,
    server: { readonly baseURL: string; readonly model: string },
  ) {
    this.#dialect = dialect;
    this.#client = client;
    this.#baseURL = server.baseURL;
    this.#model = server.model;
  }

  /**
   * Tokens that a prompt and its answer can have together; undefined where the server does not say.
   *
   * @throws MemosError MODEL_FAILED when it does not have the model.
   */
  async contextTokens(signal: AbortSignal): Promise<number | undefined> {
    const { data } = await this.#read(modelsSchema, () => this.#client.get("/models", signal));
    const found = data.find(({ id }) => id === this.#model);
    if (found !== undefined) return found.max_model_len ?? undefined;
    // Adapters are named after what tenants have taught them: they are nobody else's business.
    const bases = data.filter(({ parent }) => parent == null).map(({ id }) => id);
    const others = bases.slice(0, NAMED_MODELS).join(", ");
    throw new MemosError(
      "MODEL_FAILED",
      `The ${this.#client.server} has no model ${this.#model}${others === "" ? "" : `, but ${others}`}.`,
    );
  }

  /** The tokens of a prompt, as the chat API would make them. @throws MemosError UNSUPPORTED without such a route. */
  async tokens(messages: readonly ChatMessage[], signal: AbortSignal): Promise<Int32Array> {
    const body = { model: this.#model, messages: wireMessages(messages), add_generation_prompt: true };
    const { tokens } = await this.#read(
      tokensSchema,
      () => this.#client.post(`${rootOf(this.#baseURL)}/tokenize`, body, signal),
      "does not answer at `/tokenize`. Configure `tokens: false`, or let what stands before it pass that on",
    );
    return Int32Array.from(tokens);
  }

  /**
   * Has the server forget all prefixes, of everybody.
   *
   * @param external what a connector keeps beside the server as well.
   * @throws MemosError UNSUPPORTED when it was started without this.
   */
  async flush(external: boolean, signal: AbortSignal): Promise<void> {
    await this.#read(
      z.unknown(),
      () => this.#client.post(this.#dialect.flushRoute(this.#baseURL, external), {}, signal),
      `cannot be told to forget its prefixes. Start it with ${this.#dialect.flushStart}`,
    );
  }

  /** @param without what a server without this route is said to lack. */
  async #read<S extends z.ZodType>(
    schema: S,
    ask: () => Promise<unknown>,
    without?: string,
  ): Promise<z.output<S>> {
    let answer: unknown;
    try {
      answer = await ask();
    } catch (error) {
      const isAboutModel = /model/i.test(reasonOf(error));
      if (without !== undefined && NO_ROUTE.has(statusOf(error) ?? 0) && !isAboutModel)
        throw new MemosError("UNSUPPORTED", `The ${this.#client.server} ${without}.`);
      throw await this.#client.failure(error);
    }
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new MemosError(
      "MODEL_FAILED",
      `The ${this.#client.server} answered with something else than it should.`,
    );
  }
}
