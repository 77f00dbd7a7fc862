import { MemosError } from "../../memcube/index.js";
import type { Engine, Prefix } from "./engine.js";

export interface Warmed {
  /** Tokens of the prefix, as the engine counted. */
  readonly tokens: number;
  /** Of them, those that it had already. */
  readonly cached: number;
  readonly milliseconds: number;
}

/**
 * Has an engine evaluate a prefix ahead of the prompts that begin with it: by a request for one token, which every
 * engine understands and whose answer nobody reads.
 *
 * @throws MemosError as `Engine.generate`.
 */
export async function warm(engine: Engine, prefix: Prefix): Promise<Warmed> {
  for await (const event of engine.generate({ ...prefix, maxTokens: 1 }))
    if (event.kind === "end") {
      const { prompt, reused, restored } = event.tokens;
      return { tokens: prompt, cached: reused + restored, milliseconds: event.totalMs };
    }
  throw new MemosError("MODEL_FAILED", "The model stopped without an end.");
}

export interface KeepOptions {
  /**
   * Where an engine pins nothing: a request for one token each so many milliseconds, so that the prefix is never the
   * one that was not used for longest. It costs what it costs; without this, nothing is kept there.
   */
  readonly everyMs?: number;
  /** Told of a request that failed; the next one comes all the same. */
  readonly onError?: (error: unknown) => void;
}

/** A prefix that is kept until it is disposed. */
export interface KeptPrefix extends AsyncDisposable {
  /** How: by the server itself, or by asking for it again and again. */
  readonly by: "pin" | "requests";
  /** Tokens of the prefix that are kept. */
  readonly tokens: number;
}

/**
 * Keeps a prefix at an engine: pinned where it can, and by requests where the caller asks for them.
 *
 * @throws MemosError UNSUPPORTED where the engine pins nothing and `everyMs` is not given; as `Engine.generate`.
 */
export async function keepPrefix(
  engine: Engine,
  prefix: Prefix,
  { everyMs, onError = () => {} }: KeepOptions = {},
): Promise<KeptPrefix> {
  if (engine.capabilities.prefixes.pinned && engine.pin !== undefined) {
    const { tokens } = await engine.pin(prefix);
    const { signal: _, ...kept } = prefix;
    return { by: "pin", tokens, [Symbol.asyncDispose]: async () => engine.unpin?.(kept) };
  }
  if (everyMs === undefined)
    throw new MemosError(
      "UNSUPPORTED",
      `${engine.name} pins nothing. Give \`everyMs\` to have it asked instead.`,
    );
  const { tokens } = await warm(engine, prefix);
  const stop = new AbortController();
  const signal = prefix.signal === undefined ? stop.signal : AbortSignal.any([prefix.signal, stop.signal]);
  let asking: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    // A server that is slow is not given more to do.
    asking ??= warm(engine, { ...prefix, signal })
      .catch((error: unknown) => {
        if (!signal.aborted) onError(error);
      })
      .finally(() => {
        asking = undefined;
      });
  }, everyMs);
  timer.unref();
  const end = () => clearInterval(timer);
  signal.addEventListener("abort", end, { once: true });
  return {
    by: "requests",
    tokens,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await asking;
    },
  };
}
