import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { contentHash, isMemosError, MemosError, sha256Schema } from "../../../memcube/index.js";
import { auditHeadSchema } from "../../governance/auditEntry.js";
import { parse } from "../../parse.js";
import { BACKUP_LIMITS } from "./limits.js";

export const MANIFEST_NAME = "manifest.json";
export const LEDGER_NAME = "ledger.db";

const FORMAT = "memos-backup";
/** Goes up when a program of before could not restore what is written now. */
const FORMAT_VERSION = 1;

/** Files that a backup may name: nothing else is read from it, or written by it. */
const FILE_NAME =
  /^(?:ledger\.db|blobs\/([0-9a-f]{2})\/\1[0-9a-f]{62}|adapters\/[0-9a-f-]{36}\/adapter_(?:model\.safetensors|config\.json))$/;

const fileNameSchema = z.string().regex(FILE_NAME, "must be a file of a store");

const fileSchema = z.strictObject({
  path: fileNameSchema,
  bytes: z.int().nonnegative(),
  sha256: sha256Schema,
});

const contentSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  /** What was acknowledged before this moment is in the backup. */
  createdAt: z.iso.datetime(),
  tenants: z.array(
    z.strictObject({
      tenant: z.string(),
      cubes: z.int().nonnegative(),
      versions: z.int().nonnegative(),
      heads: sha256Schema,
      audit: auditHeadSchema.nullable(),
    }),
  ),
  files: z.array(fileSchema),
  /** Files that the ledger names and the store did not have when it was backed up. */
  missing: z.array(fileNameSchema),
});

/** Says what is in a backup, so that nothing of it can be lost or changed unnoticed. */
export const backupManifestSchema = contentSchema.extend({
  /** Of everything above, in canonical form. */
  sha256: sha256Schema,
});

export type BackupManifest = z.infer<typeof backupManifestSchema>;
export type BackupFile = z.infer<typeof fileSchema>;

export function manifestOf(
  content: Omit<z.infer<typeof contentSchema>, "format" | "version">,
): BackupManifest {
  const whole = { format: FORMAT, version: FORMAT_VERSION, ...content } as const;
  return { ...whole, sha256: contentHash(whole) };
}

/**
 * The manifest of the backup in this folder.
 *
 * @throws MemosError BACKUP_INVALID for what is damaged or no backup, STORE_NEWER for one of a later program.
 */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const value = await readJson(join(folder, MANIFEST_NAME));
  const known = z.looseObject({ format: z.literal(FORMAT), version: z.int() }).safeParse(value);
  if (!known.success)
    throw new MemosError("BACKUP_INVALID", "The manifest in this folder is not one of a backup.");
  const { version } = known.data;
  if (version > FORMAT_VERSION)
    throw new MemosError(
      "STORE_NEWER",
      `The backup has format ${version}; this program knows formats up to ${FORMAT_VERSION}.`,
    );
  try {
    const { sha256, ...content } = parse(backupManifestSchema, value);
    if (contentHash(content) === sha256) return { ...content, sha256 };
  } catch (cause) {
    if (!isMemosError(cause)) throw cause;
    throw new MemosError("BACKUP_INVALID", `The manifest of the backup is damaged. ${cause.message}`, {
      cause,
    });
  }
  throw new MemosError("BACKUP_INVALID", "The manifest of the backup has been changed: its hash is another.");
}

async function readJson(file: string): Promise<unknown> {
  const { size } = await stat(file).catch((cause) => {
    throw new MemosError("BACKUP_INVALID", "There is no manifest of a backup in this folder.", { cause });
  });
  if (size > BACKUP_LIMITS.manifestBytes)
    throw new MemosError("TOO_LARGE", `The manifest has more than ${BACKUP_LIMITS.manifestBytes} bytes.`);
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new MemosError("BACKUP_INVALID", "The manifest of the backup was cut short.", { cause });
  }
}

/** What a receipt says of a backup. */
export function totalsOf({ createdAt, tenants, files, missing }: BackupManifest) {
  return {
    createdAt,
    tenants: tenants.length,
    cubes: tenants.reduce((sum, { cubes }) => sum + cubes, 0),
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    missing,
  };
}
