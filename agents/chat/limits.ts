/** Every limit of the chat agent, in one place. Each is enforced and has a test. */
export const AGENT_LIMITS = {
  /** Turns before a message that it may take its topic and its time from. */
  turns: 6,
  /** Words of a topic that is carried on. */
  topicWords: 12,
  /** Telling words of a message that begins as a follow-up and still is one. */
  followUpWords: 3,
  /** Memories that are looked at for a message, and of them within the time that it speaks of. */
  candidates: 30,
  candidatesInTime: 20,
  /** Memories of a time that are read through for what happened then. */
  scannedInTime: 200,
  /** Days after a time in which something that happened then may still be told of. */
  toldWithinDays: 14,
  /** Characters of such a memory that are read for a time. */
  toldCharacters: 2_000,
  /** Memories of types that were not found otherwise. */
  others: 8,
  /** Working memories of the session. */
  working: 8,
} as const;
