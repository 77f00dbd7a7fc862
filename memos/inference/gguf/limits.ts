/** Limits of the header of a GGUF file. llama.cpp's own are up to 2^30, which is memory that a file from outside could ask for. */
export const GGUF_LIMITS = {
  /** Pairs of metadata. */
  pairs: 65_536,
  tensors: 65_536,
  /** UTF-8 bytes of a key. */
  keyBytes: 1_024,
  /** UTF-8 bytes of the name of a tensor; llama.cpp has room for 63. */
  tensorNameBytes: 63,
  dimensions: 4,
  /** UTF-8 bytes of a text: a chat template is the longest. */
  textBytes: 1024 * 1024,
  /** Items of a list; vocabularies are the longest. */
  items: 16 * 1024 * 1024,
  /** Numbers of a list that are kept; longer lists are counted only. */
  keptNumbers: 1_024,
  layers: 512,
  /** Numbers of a tensor, of a row, of a context: anything that is multiplied. */
  size: 2 ** 40,
} as const;
