/** Every limit of what is decoded, in one place. Each is enforced before anything is allocated, and has a test. */
export const PRESS_LIMITS = {
  /** Bytes of a state with everything in it. */
  stateBytes: 4 * 1024 * 1024 * 1024,
  /** Caches of a model: full attention, and sliding windows. */
  blocks: 2,
  /** Streams of one cache. */
  streams: 256,
  /** Layers of one cache. */
  layers: 1_024,
  /** Bytes of the row of one cell in one layer. */
  rowBytes: 1024 * 1024,
  /** Tokens, and cells of one stream. */
  tokens: 1024 * 1024,
  /** A payload is at least this part of what it decodes to: 2 bits of 16, each byte of which takes a bit at least. */
  expansion: 64,
  /** Cells, or channels, that share one scale. */
  group: 1_024,
  smallestGroup: 8,
} as const;
