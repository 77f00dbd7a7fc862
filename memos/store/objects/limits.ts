const MINUTE = 60_000;

/** What a store in a bucket may take, and how long it waits. */
export const OBJECT_LIMITS = {
  /** One request to the store of objects, from connecting to the last byte, in milliseconds. */
  requestMs: 30_000,
  /** Until a connection stands, in milliseconds. */
  connectMs: 5_000,
  /** How often a request is made before it is given up: what is refused for good is not repeated. */
  attempts: 5,
  /** Waiting before the first repetition; twice as long before each further one, less a part drawn by chance. */
  backoffMs: 200,
  backoffMostMs: 10_000,
  /** What a PUT takes at most, at Amazon S3. */
  objectBytes: 5 * 1024 ** 3,
  /** What the local copies of blobs may take on disk. */
  cacheBytes: 1024 ** 3,
  /** When they take more, the least recently used go until they take no more than this share. */
  cacheShareKept: 0.9,
  /** Requests on the way at once, of one process, when there are many of a kind. */
  requestsAtOnce: 8,
  /**
   * How long nothing is removed of what nobody refers to: it may be on its way into the ledger. Versions of tables stay
   * as long. S3 refuses whoever has a clock that is wrong by a quarter of an hour, so clocks of two writers differ by
   * half an hour at most, and this is more.
   */
  graceMs: 60 * MINUTE,
  /** How long an upload in parts may take until what there is of it is removed. */
  uploadGraceMs: 24 * 60 * MINUTE,
} as const;
