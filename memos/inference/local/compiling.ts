import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { MemosError } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import { CONTAINER_VERSION, writeContainer } from "../../activation/container.js";
import { RAW_CODEC } from "../../activation/decode.js";
import { engineFingerprintSchema, fingerprintHash, prefixChain } from "../../activation/fingerprint.js";
import { canonicalState, parseState, writeState } from "../../activation/stateFile.js";
import { parse } from "../../parse.js";
import type { Compiled } from "../engine.js";
import { commonPrefix } from "./commonPrefix.js";
import { assertFits } from "./generating.js";
import { salted } from "./liveSequences.js";
import type { LoadedModel } from "./loadedModel.js";
import { prefill } from "./prefill.js";
import type { CallEvent, CallRequest } from "./protocol.js";
import { fingerprintOf } from "./stateShape.js";

/**
 * Evaluates the beginning of a prompt and writes its KV cache into a container, in the form of a context with one
 * sequence. What the engine wrote is read and checked before anything appears at the path.
 *
 * @throws MemosError INVALID_INPUT for messages that do not fit, UNSUPPORTED for a model whose states are not known,
 * STATE_INVALID for a state that came out damaged, DISK_FULL, ABORTED.
 */
export async function compile(
  loaded: LoadedModel,
  { messages, adapters, salt, fresh, path }: CallRequest<"compile">,
  signal: AbortSignal,
  onProgress: (progress: CallEvent<"compile">) => void,
): Promise<Compiled> {
  const { rendering, context, shape, settings, file } = loaded;
  if (shape === undefined) throw new MemosError("UNSUPPORTED", "States of this model are not supported.");
  const tokens = rendering.beginning(messages);
  if (tokens.length === 0)
    throw new MemosError("INVALID_INPUT", "`messages`: no prompt of this model has a beginning in common.", {
      path: "messages",
    });
  assertFits(tokens.length, 1, context.contextTokens);
  const temporary = join(settings.folder, `${randomUUID()}.state`);
  try {
    const prefillMs = await context.use(adapters, async ({ live, key }) => {
      throwIfAborted(signal);
      const started = performance.now();
      const lease = await live.lease(salted(key, salt), tokens);
      let spoiled = true;
      try {
        if (fresh) await lease.sequence.clearHistory();
        await prefill(lease.sequence, tokens, signal, (done) =>
          onProgress({ tokens: done, of: tokens.length }),
        );
        const elapsed = performance.now() - started;
        await lease.sequence.saveStateToFile(temporary);
        spoiled = false;
        return elapsed;
      } finally {
        await lease.release(spoiled && !signal.aborted);
      }
    });
    const started = performance.now();
    throwIfAborted(signal);
    const state = canonicalState(
      parseState(await readFile(temporary), shape.layout, { vocabulary: file.vocabulary }),
    );
    if (commonPrefix(state.tokens, tokens) !== tokens.length)
      throw new MemosError("STATE_INVALID", "The engine saved other tokens than it was given.");
    const fingerprint = parse(engineFingerprintSchema, fingerprintOf(loaded, shape, adapters));
    const prefix = prefixChain(state.tokens, fingerprintHash(fingerprint));
    const chunks = writeState(state);
    const length = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    const cells = Math.max(
      ...state.blocks.flatMap(({ streams }) => streams.map((stream) => stream?.positions.length ?? 0)),
    );
    throwIfAborted(signal);
    const written = await writeContainer(
      path,
      {
        version: CONTAINER_VERSION,
        fingerprint,
        tokens: tokens.length,
        cells,
        prefix,
        layout: shape.layout,
        codec: { name: RAW_CODEC, parameters: { layout: shape.layout } },
        payloadBytes: length,
        stateBytes: length,
      },
      chunks,
    );
    return {
      ...written,
      tokens: tokens.length,
      prefix: prefix.at(-1) ?? "",
      fingerprint,
      prefillMs,
      saveMs: performance.now() - started,
    };
  } finally {
    await rm(temporary, { force: true });
  }
}
