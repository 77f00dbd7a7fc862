export const IMPORT_LIMITS = {
  /** Bytes of an export that is read as a whole (mem0). */
  wholeBytes: 128 * 1024 * 1024,
  /** Bytes of one conversation, of which one at a time is held. */
  conversationBytes: 128 * 1024 * 1024,
  /** Bytes of everything in a zip file when it is unpacked. */
  unpackedBytes: 16 * 1024 * 1024 * 1024,
  /** Files in a zip file. */
  zipEntries: 100_000,
  /** Memories of one write, which is committed whole or not at all. */
  batch: 200,
} as const;
