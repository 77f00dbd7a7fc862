/** What this dialect accepts; the same as mem0's own service where that has a limit. */
export const MEM0_LIMITS = {
  /** Memories of a page, and of one that does not say how many. */
  pageSize: 200,
  defaultPageSize: 100,
  /** Number of a page. */
  page: 10_000,
  /** Memories that one batch changes or deletes. */
  batch: 1_000,
} as const;
