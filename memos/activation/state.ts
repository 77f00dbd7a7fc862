/** Rows of one layer: keys, or values, of every cell in order. */
export interface KvLayer {
  /** GGML type: F32 0, F16 1, Q4_0 2, Q8_0 8, BF16 30. */
  readonly type: number;
  /** Bytes of one cell's row. Values that are stored transposed have a row as long, spread over the columns. */
  readonly rowBytes: number;
  /** `cells × rowBytes` bytes; with transposed values column after column. A view, never changed in place. */
  readonly data: Uint8Array;
}

/** The cells of one stream. A key row is `[kv_head][head_dim]`, after RoPE at the cell's position. */
export interface StateStream {
  /** One for each cell. */
  readonly positions: Int32Array;
  /** Three numbers for each cell where positions have several dimensions (M-RoPE); undefined elsewhere. */
  readonly extras: Int32Array | undefined;
  readonly transposed: boolean;
  /** One for each layer that has a cache. */
  readonly keys: readonly KvLayer[];
  /** As many as keys, or none (MLA). */
  readonly values: readonly KvLayer[];
}

/** One cache: plain attention has one, sliding windows a second. A stream without cells has `undefined`. */
export interface StateBlock {
  readonly streams: readonly (StateStream | undefined)[];
}

/** What a llama.cpp state file of one sequence (magic `ggsq`, version 3) says. */
export interface StateFile {
  readonly tokens: Int32Array;
  readonly blocks: readonly StateBlock[];
  /** Bytes of a recurrent cache, as they are, for hybrid models. */
  readonly recurrent: Uint8Array | undefined;
}
