/** Every limit of a chat's tools, in one place. Each is enforced and has a test. */
export const CHAT_LIMITS = {
  /** Answers of the model, in one turn, that may call tools; the one after them has none to call. */
  rounds: 4,
  /** Calls of one answer that are run; more are left out. */
  callsAtOnce: 8,
  /** Calls of one turn. */
  calls: 16,
  /** UTF-8 bytes of the arguments of a call. */
  argumentBytes: 64 * 1024,
  /** Characters of a tool's name. */
  nameCharacters: 64,
  /** What tools say of themselves takes at most this share of what the model takes; else there are none. */
  toolShare: 0.25,
} as const;
