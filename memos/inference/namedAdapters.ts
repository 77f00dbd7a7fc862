import { MemosError } from "../../memcube/index.js";
import { parse } from "../parse.js";
import { adapterName } from "./adapterName.js";
import type { PreparedPrompt } from "./chatClient.js";
import type { AdapterUse } from "./engine.js";
import { adapterUseSchema } from "./generateCall.js";
import { type ModelClient, reasonOf, statusOf } from "./modelClient.js";
import type { OpenCalls } from "./openCalls.js";
import type { ServerDialect } from "./serverDialect.js";

/** What both say of an adapter that is there already, or is not there. Their status is that of any refusal. */
const ALREADY = /already/i;
const ABSENT = /not (be )?found|not exist|not loaded|never been loaded/i;
const DISABLED = /lora is not enabled|enable[-_]lora/i;
const ABOUT_ADAPTER = /lora|adapter|rank/i;

/**
 * The adapters of a vLLM or SGLang server (Punica, arXiv 2310.18547; S-LoRA, 2311.03285): each is loaded once, at
 * its first use, from its PEFT folder, under a name that comes from its hash. A server that was started anew is
 * given them again.
 */
export class NamedAdapters {
  readonly #dialect: ServerDialect;
  readonly #client: ModelClient;
  readonly #calls: OpenCalls;
  readonly #baseURL: string;
  readonly #model: string;
  readonly #loading = new Map<string, Promise<void>>();
  readonly #loaded = new Set<string>();

  constructor(
    dialect: ServerDialect,
    client: ModelClient,
    calls: OpenCalls,
    server: { readonly baseURL: string; readonly model: string },
  ) {
    this.#dialect = dialect;
    this.#client = client;
    this.#calls = calls;
    this.#baseURL = server.baseURL;
    this.#model = server.model;
  }

  /**
   * What a request under these adapters is sent with, once the server has them. An adapter without a PEFT folder is
   * one that the server knows from its start.
   *
   * @throws MemosError UNSUPPORTED for more than one adapter or a scale other than 1, and as {@link load}.
   */
  async use(adapters: readonly AdapterUse[]): Promise<Pick<PreparedPrompt, "fields" | "putRight">> {
    const [adapter, ...more] = adapters;
    if (adapter === undefined) return { fields: {} };
    if (more.length > 0)
      throw this.#unsupported("runs a request under one adapter at most", "Merge them into one");
    if (adapter.scale !== 1)
      throw this.#unsupported("runs adapters at scale 1 alone", "Merge the adapter at this scale");
    const name = adapterName(adapter.sha256);
    if (adapter.peft !== undefined && !this.#loaded.has(name)) await this.#load(name, adapter.peft);
    return {
      fields: this.#dialect.adapterFields(this.#model, name),
      putRight: (error) => this.#loadAgain(error, name, adapter.peft),
    };
  }

  /**
   * @throws MemosError INVALID_INPUT without a PEFT folder, ADAPTER_INVALID when the server does not take what is in
   * it, UNSUPPORTED when it was started without what loading needs, MODEL_FAILED.
   */
  async load(adapter: AdapterUse): Promise<void> {
    const { sha256, peft } = parse(adapterUseSchema, adapter);
    if (peft === undefined)
      throw new MemosError("INVALID_INPUT", "The adapter names no PEFT folder to load it from.", {
        path: "peft",
      });
    await this.#load(adapterName(sha256), peft);
  }

  /** Once a load under way has ended. @throws MemosError UNSUPPORTED, MODEL_FAILED as {@link load}. */
  async unload(adapter: AdapterUse, signal: AbortSignal): Promise<void> {
    const name = adapterName(parse(adapterUseSchema, adapter).sha256);
    await this.#loading.get(name)?.catch(() => undefined);
    this.#loaded.delete(name);
    try {
      await this.#post("unload", { lora_name: name }, signal);
    } catch (error) {
      await this.#refused(error, name, ABSENT);
    }
  }

  /** The server may have lost them. */
  forget(adapters: readonly AdapterUse[]): void {
    for (const { sha256 } of adapters) this.#loaded.delete(adapterName(sha256));
  }

  /** Several requests that want an adapter first wait for one load, which none of them cancels. */
  #load(name: string, peft: string): Promise<void> {
    const known = this.#loading.get(name);
    if (known !== undefined) return known;
    const loading = this.#calls
      .run(undefined, async (signal) => {
        try {
          await this.#post("load", { lora_name: name, lora_path: peft }, signal);
        } catch (error) {
          await this.#refused(error, name, ALREADY);
        }
        this.#loaded.add(name);
      })
      .finally(() => this.#loading.delete(name));
    this.#loading.set(name, loading);
    return loading;
  }

  async #loadAgain(error: unknown, name: string, peft: string | undefined): Promise<boolean> {
    if (!reasonOf(error).includes(name)) return false;
    if (peft === undefined)
      throw new MemosError(
        "INVALID_INPUT",
        `The ${this.#client.server} does not know the adapter ${name}. Name its PEFT folder, or start the server with it.`,
        { path: "adapters.0.peft" },
      );
    this.#loaded.delete(name);
    await this.#load(name, peft);
    return true;
  }

  #post(verb: "load" | "unload", body: object, signal: AbortSignal): Promise<unknown> {
    return this.#client.post(this.#dialect.adapterRoute(this.#baseURL, verb), body, signal);
  }

  /** @param fine what the server says where nothing is left to do. */
  async #refused(error: unknown, name: string, fine: RegExp): Promise<void> {
    const [status, reason] = [statusOf(error), reasonOf(error)];
    const isRouteMissing = status === 404 && !ABOUT_ADAPTER.test(reason);
    if (isRouteMissing || status === 403 || status === 405 || DISABLED.test(reason))
      throw this.#unsupported(
        "does not load and unload adapters while it runs",
        `Start it with ${this.#dialect.adapterStart}`,
      );
    if (fine.test(reason)) return;
    const isAboutAdapter =
      status === 400 || status === 404 || status === 422 || (status === 500 && ABOUT_ADAPTER.test(reason));
    if (!isAboutAdapter) throw await this.#client.failure(error);
    throw new MemosError(
      "ADAPTER_INVALID",
      `The ${this.#client.server} does not take the adapter ${name}${why(status, reason)}.`,
    );
  }

  #unsupported(what: string, instead: string): MemosError {
    return new MemosError("UNSUPPORTED", `The ${this.#client.server} ${what}. ${instead}.`);
  }
}

/** Of what the server says only the sense is told: its words may quote the request. */
function why(status: number | undefined, reason: string): string {
  if (/rank/i.test(reason)) return ": its rank is greater than `--max-lora-rank`";
  if (status === 404) return ": it does not find the PEFT folder";
  if (/dora/i.test(reason)) return ": it has no DoRA";
  return ` (status ${status})`;
}
