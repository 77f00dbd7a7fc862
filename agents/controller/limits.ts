/** Every limit of the controller, in one place. */
export const CONTROLLER_LIMITS = {
  /** Messages of one batch, and the most that may be asked for. */
  turns: 20,
  turnsAtMost: 100,
  /** Tokens of one batch, about: a batch that has them is read at once. */
  tokens: 4_000,
  tokensAtMost: 100_000,
  /** Milliseconds without a further message until a batch is read, and the most that may be asked for. */
  idleMs: 30_000,
  idleMsAtMost: 86_400_000,
  /** Characters of a message that rules look for memories in. */
  readCharacters: 20_000,
  /** Memories that one message becomes. */
  memories: 16,
  /** Memories that a model proposes of one batch, and wishes to forget. */
  proposals: 64,
  /** Memories that one wish forgets. */
  forgotten: 20,
  /** Traces that are looked at to tell why a memory was remembered. */
  traces: 20,
  /** Earlier memories of one identity that a new one is held against. */
  earlier: 200,
} as const;

/** Who makes what the controller makes. */
export const CONTROLLER = "memos controller";

/** Characters of a token, about: batches are counted, not billed. */
export const TOKEN_CHARACTERS = 4;
