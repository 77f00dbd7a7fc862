/** Limits of KV states and of the files they are kept in. */
export const STATE_LIMITS = {
  /** Tokens of a state, and cells of a stream. */
  tokens: 1024 * 1024,
  /** Streams of a block: sequences of a context, as many as llama.cpp can have. */
  streams: 256,
  /** Layers of a block, as many as llama.cpp can have. */
  layers: 512,
  /** Bytes of one cell's row of one layer. */
  rowBytes: 16 * 1024 * 1024,
  /** Bytes of the JSON header of a container. */
  headerBytes: 1024 * 1024,
  /** Bytes of a container; it is read into one buffer, and Node has none that is larger. */
  containerBytes: 4 * 1024 * 1024 * 1024,
  /** Adapters behind a state. */
  adapters: 16,
} as const;
