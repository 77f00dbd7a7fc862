/** Every limit of backups, in one place. */
export const BACKUP_LIMITS = {
  /** Bytes of a manifest that are read: a million files need about 150 MB. */
  manifestBytes: 256 * 1024 * 1024,
  /** How often ledger and files are read again when files went between the two. */
  attempts: 3,
  /** Receipts of purges that one restore applies. */
  purges: 10_000,
} as const;
