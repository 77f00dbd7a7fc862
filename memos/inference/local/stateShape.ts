import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import { canonicalJson, MemosError, sha256 } from "../../../memcube/index.js";
import type { StateStream } from "../../activation/state.js";
import { layoutOfState, parseState, STATE_VERSION, type StateLayout } from "../../activation/stateFile.js";
import type { AdapterUse, EngineFingerprint } from "../engine.js";
import type { LoadedModel } from "./loadedModel.js";
import { prefill } from "./prefill.js";

/** What states of a context look like. */
export interface StateShape {
  readonly layout: StateLayout;
  readonly cache: Pick<
    EngineFingerprint,
    "keyType" | "valueType" | "keyRows" | "valueRows" | "transposed" | "rotated"
  >;
}

/** GGML's half precision. llama.cpp rotates keys and values of quantised caches only. */
const F16 = 1;

/**
 * Saves a small state, takes it apart and loads it again: what is known about the files of this build is either true
 * here, or states are not used.
 *
 * @throws MemosError STATE_INVALID, and whatever the engine throws, when it is not.
 */
export async function measureStateShape(
  sequence: LlamaContextSequence,
  model: LlamaModel,
  folder: string,
): Promise<StateShape> {
  const tokens = probe(model);
  await prefill(sequence, tokens, tokens.length, new AbortController().signal);
  const path = join(folder, `${randomUUID()}.state`);
  try {
    await sequence.saveStateToFile(path);
    const bytes = await readFile(path);
    const layout = layoutOfState(bytes);
    const { blocks } = parseState(bytes, layout);
    await sequence.clearHistory();
    await sequence.loadStateFromFile(path, { acceptRisk: true });
    if (canonicalJson(sequence.contextTokens) !== canonicalJson(tokens))
      throw new MemosError("STATE_INVALID", "The engine did not restore the state that it had saved.");
    const streams = blocks.flatMap((block) => block.streams).filter((stream) => stream !== undefined);
    return { layout, cache: cacheOf(streams) };
  } finally {
    await rm(path, { force: true });
    await sequence.clearHistory();
  }
}

function probe(model: LlamaModel): Token[] {
  const tokens = model.tokenize("state");
  const { bos } = model.tokens;
  return bos === null ? tokens : [bos, ...tokens];
}

function cacheOf(streams: readonly StateStream[]): StateShape["cache"] {
  const keys = streams.flatMap((stream) => stream.keys);
  const values = streams.flatMap((stream) => stream.values);
  const keyType = keys[0]?.type ?? F16;
  const valueType = values[0]?.type ?? F16;
  return {
    keyType,
    valueType,
    keyRows: keys.map(({ rowBytes }) => rowBytes),
    valueRows: values.map(({ rowBytes }) => rowBytes),
    transposed: streams.some(({ transposed }) => transposed),
    rotated: false,
  };
}

/** Everything that shapes the keys and values of this model under these adapters. */
export function fingerprintOf(
  { settings, engine, file }: LoadedModel,
  { cache }: StateShape,
  adapters: readonly AdapterUse[],
): EngineFingerprint {
  return {
    model: settings.sha256,
    engine,
    stateVersion: STATE_VERSION,
    ...cache,
    rope: sha256(canonicalJson(file.rope)),
    template: sha256(file.chatTemplate ?? ""),
    adapters: adapters.map(({ sha256: hash, scale }) => ({ sha256: hash, scale })),
  };
}
