import { rmSync } from "node:fs";
import { isMemosError, MemosError } from "../../../memcube/index.js";
import { parse } from "../../parse.js";
import { compile } from "./compiling.js";
import { decide } from "./deciding.js";
import { SideContexts } from "./embedding.js";
import { generate } from "./generating.js";
import { type LoadedModel, loadModel } from "./loadedModel.js";
import {
  CALLS,
  type CallEvent,
  type CallKind,
  type CallRequest,
  type CallResult,
  type FromProcess,
  toProcessSchema,
} from "./protocol.js";
import { fingerprintOf } from "./stateShape.js";

/** How often the process tells its size where others cannot read it. */
const MEMORY_MS = 100;

const running = new Map<number, AbortController>();
let folder: string | undefined;
let loading: Promise<LoadedModel> | undefined;
let side: SideContexts | undefined;

function send(message: FromProcess): void {
  // Nobody listens any more: `disconnect` ends this process.
  if (process.connected) process.send?.(message, undefined, {}, () => undefined);
}

async function loaded(): Promise<LoadedModel> {
  if (loading === undefined)
    throw new MemosError("INTERNAL", "The engine was asked before a model was loaded.");
  return loading;
}

async function sideContexts(): Promise<SideContexts> {
  const model = await loaded();
  side ??= new SideContexts(model);
  return side;
}

type Handlers = {
  readonly [K in CallKind]: (
    request: CallRequest<K>,
    signal: AbortSignal,
    emit: (event: CallEvent<K>) => void,
  ) => Promise<CallResult<K>>;
};

const HANDLERS: Handlers = {
  async load(settings) {
    folder = settings.folder;
    loading = loadModel(settings);
    const { context, model } = await loading;
    return { contextTokens: context.contextTokens, ranking: model.fileInsights.supportsRanking };
  },
  async generate(request, signal, emit) {
    await generate(await loaded(), request, signal, emit);
    return null;
  },
  async compile(request, signal, emit) {
    return compile(await loaded(), request, signal, emit);
  },
  async tokenize({ messages }) {
    return Int32Array.from((await loaded()).rendering.prompt(messages));
  },
  async tokenizeAnswered({ conversations }) {
    const { rendering } = await loaded();
    return conversations.map((messages) => {
      const prompt = rendering.prompt(messages.slice(0, -1));
      const answer = rendering.answer(messages.at(-1)?.content ?? "");
      return { tokens: Int32Array.from([...prompt, ...answer]), answerFrom: prompt.length };
    });
  },
  async fingerprint({ adapters }) {
    const model = await loaded();
    if (model.shape === undefined)
      throw new MemosError("UNSUPPORTED", "States of this model are not supported.");
    return fingerprintOf(model, model.shape, adapters);
  },
  async embed({ texts }, signal) {
    return (await sideContexts()).embed(texts, signal);
  },
  async rank({ query, documents }, signal) {
    return (await sideContexts()).rank(query, documents, signal);
  },
  async decide(request, signal) {
    return decide(await loaded(), request, signal);
  },
};

async function serve<K extends CallKind>(id: number, kind: K, request: unknown): Promise<void> {
  const stop = new AbortController();
  running.set(id, stop);
  try {
    const result = await HANDLERS[kind](
      parse(CALLS[kind].request, request) as CallRequest<K>,
      stop.signal,
      (event: unknown) => send({ type: "event", id, event }),
    );
    send({ type: "result", id, result });
  } catch (error) {
    send(failure(id, error));
  } finally {
    running.delete(id);
  }
}

function failure(id: number, error: unknown): FromProcess {
  if (isMemosError(error)) {
    const { code, message, path } = error;
    const reason = error.cause instanceof Error && code !== "ABORTED" ? ` (${error.cause.message})` : "";
    return { type: "failure", id, code, message: message + reason, ...(path === undefined ? {} : { path }) };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { type: "failure", id, code: "MODEL_FAILED", message: `The local engine failed: ${reason}` };
}

process.on("message", (received) => {
  const message = toProcessSchema.parse(received);
  if (message.type === "abort") running.get(message.id)?.abort();
  else void serve(message.id, message.kind, message.request);
});
process.on("disconnect", () => {
  // There is nobody to work for. Native code may be at work in other threads: an orderly exit would crash in it.
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  process.kill(process.pid, "SIGKILL");
});
if (process.platform !== "linux")
  setInterval(() => send({ type: "memory", bytes: process.memoryUsage.rss() }), MEMORY_MS).unref();
