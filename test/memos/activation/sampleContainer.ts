import type { ContainerHeader } from "../../../memos/activation/container.js";
import { PREFIX_BLOCK, prefixChain } from "../../../memos/activation/fingerprint.js";
import { PLAIN_LAYOUT } from "../../../memos/activation/stateFile.js";
import type { EngineFingerprint } from "../../../memos/inference/engine.js";

export const FINGERPRINT: EngineFingerprint = {
  model: "a".repeat(64),
  engine: "llama.cpp/v0.5.0 node-llama-cpp/3.22.1",
  stateVersion: 3,
  keyType: 1,
  valueType: 1,
  keyRows: [64, 64],
  valueRows: [64, 64],
  transposed: false,
  rotated: false,
  rope: "b".repeat(64),
  template: "c".repeat(64),
  adapters: [{ sha256: "d".repeat(64), scale: 0.5 }],
};

/** A header for a payload of so many bytes. */
export function headerFor(payloadBytes: number, tokens = PREFIX_BLOCK + 1): ContainerHeader {
  return {
    version: 1,
    fingerprint: FINGERPRINT,
    tokens,
    cells: tokens,
    prefix: prefixChain(new Int32Array(tokens), "salt"),
    layout: PLAIN_LAYOUT,
    codec: { name: "raw", parameters: {} },
    payloadBytes,
    stateBytes: payloadBytes + 1,
  };
}
