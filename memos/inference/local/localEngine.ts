import { readdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { isMemosError, MemosError } from "../../../memcube/index.js";
import { throwIfAborted, unlessAborted } from "../../aborted.js";
import { parse } from "../../parse.js";
import type {
  AdapterUse,
  AnsweredTokens,
  ChatMessage,
  Compiled,
  CompileRequest,
  DecideOptions,
  Decision,
  Engine,
  EngineCapabilities,
  EngineFingerprint,
  EngineModel,
  GenerateEvent,
  GenerateRequest,
} from "../engine.js";
import { generateCallSchema } from "../generateCall.js";
import { sha256OfFile } from "../gguf/index.js";
import type { CallOptions } from "./engineProcess.js";
import { EventQueue } from "./eventQueue.js";
import { isStill, type ModelFile, openModelFile } from "./modelFile.js";
import { type LocalEngineOptions, localEngineOptionsSchema, type ResolvedOptions } from "./options.js";
import { temporaryRoot } from "./privateFolder.js";
import {
  ANSWERED_CONVERSATIONS,
  CALLS,
  type CallKind,
  type CallRequest,
  type CallResult,
} from "./protocol.js";
import { SUPERVISION, type Supervision, Supervisor } from "./supervisor.js";

interface Running {
  readonly file: ModelFile;
  readonly supervisor: Supervisor;
  /** Hashes of the adapters that were used, by path: the engine reads each path once. */
  readonly adapters: Map<string, string>;
}

type CallSettings<K extends CallKind> = CallOptions<K> & { readonly mayRepeat?: () => boolean };

/**
 * llama.cpp on this machine, in a process of its own that starts when it is first needed. A crash, a model that is
 * too large and a damaged file cost one call at most, never this process.
 *
 * @throws MemosError INVALID_INPUT for an option out of range. Methods throw ENGINE_UNAVAILABLE when llama.cpp does
 * not run here and MODEL_INVALID for a model that cannot be used, beside what `Engine` says.
 */
export class LocalEngine implements Engine {
  readonly name: string;
  readonly #options: ResolvedOptions;
  readonly #supervision: Omit<Supervision, "memoryBytes">;
  #running: Running | undefined;
  #opening: Promise<Running> | undefined;
  #ending: Promise<void> = Promise.resolve();
  #ranking = false;
  #closed = false;

  /** @param supervision how a process that crashes is treated; tests are less patient. */
  constructor(options: LocalEngineOptions, supervision: Partial<Omit<Supervision, "memoryBytes">> = {}) {
    this.#options = parse(localEngineOptionsSchema, options);
    this.#supervision = { ...SUPERVISION, ...supervision };
    this.name = `local/${basename(this.#options.model, ".gguf")}`;
  }

  /** `ranking` is known once the model is loaded (`model()`); it depends on the model. */
  get capabilities(): EngineCapabilities {
    return {
      schema: "constrained",
      tools: true,
      embeddings: true,
      ranking: this.#ranking,
      decisions: true,
      tokens: true,
      state: "files",
      adapters: "request",
      prefixes: { isolated: true, counted: "always", dropped: true, pinned: false },
    };
  }

  /** The process that runs now, if one does; for those who watch over processes. */
  async pid(): Promise<number | undefined> {
    return this.#running?.supervisor.pid();
  }

  async model(): Promise<EngineModel> {
    return this.#with(undefined, async ({ supervisor, file }) => {
      const { contextTokens, ranking } = await supervisor.loaded();
      this.#ranking = ranking;
      const { sha256, path, headSize } = file;
      return { name: basename(this.#options.model, ".gguf"), sha256, path, contextTokens, headSize };
    });
  }

  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void, undefined> {
    const { signal, ...asked } = request;
    const call = parse(generateCallSchema, asked);
    await this.#checkAdapters(call.adapters, signal);
    const events = new EventQueue<GenerateEvent>();
    const stop = new AbortController();
    const abort = () => {
      stop.abort();
      events.close({
        error: new MemosError("ABORTED", "The answer was cancelled.", { cause: signal?.reason }),
      });
    };
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted === true) abort();
    const seen = new Set<GenerateEvent["kind"]>();
    this.#call("generate", call, {
      signal: stop.signal,
      // After a crash the same request runs again: nobody notices as long as no text was given out.
      mayRepeat: () => !seen.has("text") && !seen.has("toolCall"),
      onEvent: (event) => {
        if (event.kind === "prompt" && seen.has("prompt")) return;
        seen.add(event.kind);
        events.push(event as GenerateEvent);
      },
    }).then(
      () => events.close(),
      (error: unknown) => events.close({ error }),
    );
    try {
      yield* events;
    } finally {
      signal?.removeEventListener("abort", abort);
      stop.abort();
    }
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    throwIfAborted(signal);
    if (texts.length === 0) return [];
    return this.#answered("embed", { texts: [...texts] }, signal);
  }

  async rank(query: string, documents: readonly string[], signal?: AbortSignal): Promise<number[]> {
    throwIfAborted(signal);
    return this.#answered("rank", { query, documents: [...documents] }, signal);
  }

  async decide(
    messages: readonly ChatMessage[],
    choices: readonly string[],
    { adapters = [], salt, signal }: DecideOptions = {},
  ): Promise<Decision> {
    const call = parse(CALLS.decide.request, { messages, choices, adapters, salt });
    await this.#checkAdapters(adapters, signal);
    return this.#answered("decide", call, signal);
  }

  async tokenize(messages: readonly ChatMessage[], signal?: AbortSignal): Promise<Int32Array> {
    throwIfAborted(signal);
    return this.#answered("tokenize", parse(CALLS.tokenize.request, { messages }), signal);
  }

  async tokenizeAnswered(
    conversations: readonly (readonly ChatMessage[])[],
    signal?: AbortSignal,
  ): Promise<AnsweredTokens[]> {
    const answered: AnsweredTokens[] = [];
    for (let at = 0; at < conversations.length; at += ANSWERED_CONVERSATIONS) {
      throwIfAborted(signal);
      const some = conversations.slice(at, at + ANSWERED_CONVERSATIONS);
      const call = parse(CALLS.tokenizeAnswered.request, { conversations: some });
      answered.push(...(await this.#answered("tokenizeAnswered", call, signal)));
    }
    return answered;
  }

  async fingerprint(adapters: readonly AdapterUse[] = []): Promise<EngineFingerprint> {
    await this.#checkAdapters(adapters, undefined);
    return this.#call("fingerprint", { adapters: [...adapters] });
  }

  async compile(request: CompileRequest): Promise<Compiled> {
    const { messages, adapters = [], salt, fresh, signal, onProgress } = request;
    const path = resolve(request.path);
    const call = parse(CALLS.compile.request, { messages, adapters, salt, fresh, path });
    await this.#checkAdapters(adapters, signal);
    try {
      return await this.#call("compile", call, {
        signal,
        onEvent: ({ tokens, of }) => onProgress?.(tokens, of),
      });
    } catch (error) {
      if (isMemosError(error, "MODEL_FAILED")) await removeUnfinished(path);
      throw error;
    }
  }

  /** The process ends when its calls are done: nothing that it held is in memory then. It starts again on demand. */
  async drop(): Promise<void> {
    const running = (await this.#opening?.catch(() => undefined)) ?? this.#running;
    if (running === undefined) return;
    if (this.#running === running) this.#running = undefined;
    await this.#retire(running);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const running = (await this.#opening?.catch(() => undefined)) ?? this.#running;
    await running?.supervisor.end();
    await this.#ending;
  }

  /** A call whose answer nobody waits for after an abort: it ends by itself soon. */
  #answered<K extends CallKind>(
    kind: K,
    request: CallRequest<K>,
    signal: AbortSignal | undefined,
  ): Promise<CallResult<K>> {
    return unlessAborted(this.#call(kind, request, { signal }), signal, "The operation was cancelled.");
  }

  #call<K extends CallKind>(
    kind: K,
    request: CallRequest<K>,
    settings: CallSettings<K> = {},
  ): Promise<CallResult<K>> {
    return this.#with(settings.signal, ({ supervisor }) => supervisor.call(kind, request, settings));
  }

  /** Work with the model that is on disk now. */
  async #with<T>(signal: AbortSignal | undefined, work: (running: Running) => Promise<T>): Promise<T> {
    for (let again = true; ; ) {
      const running = await unlessAborted(this.#current(), signal, "The operation was cancelled.");
      try {
        return await work(running);
      } catch (error) {
        // Its process was let go, or its file was changed, between finding it and asking it.
        const outdated = isMemosError(error, "CLOSED") || isMemosError(error, "CONFLICT");
        if (!outdated || !again || this.#closed) throw error;
        again = false;
        if (this.#running === running) this.#running = undefined;
        await this.#retire(running);
      }
    }
  }

  async #current(): Promise<Running> {
    if (this.#closed) throw new MemosError("CLOSED", "The local engine is closed.");
    const running = this.#running;
    if (running !== undefined && (await isStill(running.file))) return running;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Running> {
    const before = this.#running;
    this.#running = undefined;
    // Two models at once may not fit.
    if (before !== undefined) await this.#retire(before);
    await this.#ending;
    const file = await openModelFile(this.#options);
    const { threads = availableParallelism(), sequences, gpu, memoryBytes } = this.#options;
    const supervisor = new Supervisor(
      {
        model: file.path,
        sha256: file.sha256,
        identity: file.identity,
        contextTokens: file.contextTokens,
        sequences,
        threads,
        gpu,
      },
      this.#options.temporaryFolder ?? (await temporaryRoot()),
      { ...this.#supervision, memoryBytes },
    );
    this.#running = { file, supervisor, adapters: new Map() };
    return this.#running;
  }

  #retire({ supervisor }: Running): Promise<void> {
    this.#ending = Promise.all([this.#ending, supervisor.retire()]).then(() => undefined);
    return this.#ending;
  }

  /** @throws MemosError MODEL_INVALID for an adapter whose file is not the one that is meant. */
  async #checkAdapters(adapters: readonly AdapterUse[], signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal);
    if (adapters.length === 0) return;
    for (const { path, sha256 } of adapters) {
      const found = await sha256OfFile(path, signal).catch((cause: unknown) => {
        if (isMemosError(cause)) throw cause;
        throw new MemosError("MODEL_INVALID", `The adapter ${path} cannot be read.`, { cause });
      });
      if (found !== sha256)
        throw new MemosError("MODEL_INVALID", `The adapter ${path} is another file than was meant.`);
    }
    const { adapters: known } = await this.#current();
    if (adapters.some(({ path, sha256 }) => known.has(path) && known.get(path) !== sha256)) await this.drop();
    const running = await this.#current();
    for (const { path, sha256 } of adapters) running.adapters.set(path, sha256);
  }
}

/** What a process that was killed while it wrote left beside the path. */
async function removeUnfinished(path: string): Promise<void> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (name.startsWith(`${basename(path)}.`) && name.endsWith(".tmp"))
      await rm(join(folder, name), { force: true });
}
