import * as z from "zod";

export interface BackupProgress {
  /** Files beside the ledger. */
  readonly done: number;
  readonly total: number;
}

export interface BackupOptions {
  /** Looked at between two files; the ledger is copied to its end. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BackupProgress) => void;
}

const count = z.int().nonnegative();

export const backupReceiptSchema = z.strictObject({
  operation: z.literal("backup"),
  /** The folder of the backup. */
  path: z.string(),
  /** What was acknowledged before this moment is in it. */
  createdAt: z.iso.datetime(),
  tenants: count,
  cubes: count,
  files: count,
  bytes: count,
  /** Files that are the same as in the backup before, and take no room. */
  reused: count,
  /** Files that the ledger names and the store does not have, or has damaged. */
  missing: z.array(z.string()),
  milliseconds: z.number().nonnegative(),
});

export const backupVerificationSchema = z.strictObject({
  operation: z.literal("verify"),
  path: z.string(),
  createdAt: z.iso.datetime(),
  tenants: count,
  cubes: count,
  files: count,
  bytes: count,
  missing: z.array(z.string()),
  milliseconds: z.number().nonnegative(),
});

export const restoreReceiptSchema = z.strictObject({
  operation: z.literal("restore"),
  /** The backup that was restored. */
  backup: z.string(),
  /** Nothing of what was acknowledged after this moment is in the store. */
  createdAt: z.iso.datetime(),
  path: z.string(),
  tenants: count,
  cubes: count,
  files: count,
  bytes: count,
  missing: z.array(z.string()),
  /** Memories that receipts of purges took out again. */
  purged: count,
  /** Memories that they name and that were read-only or under legal hold when the backup was made. */
  held: z.array(z.strictObject({ id: z.string(), reason: z.string() })),
  /** Rows of the index that was built. */
  rows: count,
  milliseconds: z.number().nonnegative(),
});

export type BackupReceipt = z.infer<typeof backupReceiptSchema>;
export type BackupVerification = z.infer<typeof backupVerificationSchema>;
export type RestoreReceipt = z.infer<typeof restoreReceiptSchema>;
