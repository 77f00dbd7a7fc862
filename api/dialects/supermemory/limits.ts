/** What this dialect accepts; the same as supermemory's own service where that has a limit. */
export const SUPERMEMORY_LIMITS = {
  /** Documents of a page, and of one that does not say how many. */
  pageSize: 200,
  defaultPageSize: 10,
  /** Number of a page. */
  page: 10_000,
  /** Documents that one batch adds, and that one call deletes by id. */
  batch: 100,
  /** Characters of an id of the caller's own. */
  customId: 256,
  /** Characters of a file path. */
  filepath: 1_024,
  /** Results of a search that does not say how many. */
  results: 10,
  /** Lasting memories of a profile, and recent ones. */
  profileStatic: 50,
  profileDynamic: 10,
  /** Memories looked at to find one by what it says. */
  sameText: 100,
} as const;
