import type { StateFile } from "../state.js";

/** A state as it is kept: what the codec was, what decoding needs to know (JSON), and the bytes. */
export interface PressedState {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The payload is all of them, one after the other. */
  readonly chunks: readonly Uint8Array[];
}

export interface DecodeOptions {
  /** Bytes that the decoded state may have, where the caller knows better than the general limit. */
  readonly maxBytes?: number;
}

/** A way of keeping a KV state. Neither direction holds the event loop for more than some milliseconds at a time. */
export interface Press {
  readonly name: string;
  /** What it does, in a sentence. */
  readonly what: string;
  /** Where it comes from. */
  readonly source: string;
  /** Whether every bit comes back. Tokens and positions always do. */
  readonly lossless: boolean;
  /**
   * @throws MemosError INVALID_INPUT for options that it does not have, UNSUPPORTED for a state of other types than
   * it takes, STATE_INVALID for one that contradicts itself or holds infinities.
   */
  encode(state: StateFile, options?: unknown): Promise<PressedState>;
  /**
   * @param parameters as `encode` gave them, out of a file: they are not trusted.
   * @throws MemosError STATE_INVALID for whatever is not as `encode` makes it. No more memory is taken than the
   * declared state has, which is limited.
   */
  decode(payload: Uint8Array, parameters: unknown, options?: DecodeOptions): Promise<StateFile>;
}
