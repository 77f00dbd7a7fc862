import { STATE_LIMITS } from "../limits.js";

/** Limits of what is decoded, beside those of every state (`STATE_LIMITS`): looked at before anything is allocated. */
export const PRESS_LIMITS = {
  /** Bytes of a decoded state. */
  stateBytes: 16 * 1024 * 1024 * 1024,
  /** Bytes of the keys, or values, of one layer: its numbers are counted in 31 bits. */
  layerBytes: 2 * 1024 * 1024 * 1024,
  /** Layers of keys and of values, of both caches: as many as a state can have. */
  layers: 4 * STATE_LIMITS.layers,
  /** A payload is at least this part of what it decodes to: 2 bits of 16, each byte of which takes a bit at least. */
  expansion: 64,
  /** Cells, or channels, that share a step. */
  group: { min: 8, max: 1_024 },
} as const;
