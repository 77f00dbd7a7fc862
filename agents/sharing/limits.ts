/** Every limit of sharing between agents. */
export const SHARING_LIMITS = {
  /** Memories of one hand-over: they are written in one transaction. */
  handedOver: 1_000,
  /** Milliseconds that a hand-over lasts unless said otherwise, and at most. */
  lastsMs: 24 * 3_600_000,
  lastsMsAtMost: 30 * 24 * 3_600_000,
  /** Hand-overs and conflicts in one answer. */
  listed: 200,
  /** Characters of a reason: the grant keeps it beside what tells the request again. */
  reasonCharacters: 500,
} as const;
