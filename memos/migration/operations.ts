import * as z from "zod";

/** The longest address of a ledger or path of a folder. */
const ADDRESS_CHARACTERS = 4_096;

const addressSchema = z.string().min(1).max(ADDRESS_CHARACTERS);
const signalSchema = z.instanceof(AbortSignal).optional();

export const migrationOptionsSchema = z.strictObject({
  /** Folder of a store, its `ledger.db`, or `postgres://USER:PASSWORD@HOST/DATABASE?schema=NAME`. */
  from: addressSchema,
  /** The same; one of both is Postgres. */
  to: addressSchema,
  onProgress: z
    .custom<(progress: MigrationProgress) => void>((value) => typeof value === "function")
    .optional(),
  signal: signalSchema,
});

export const undoMigrationOptionsSchema = z.strictObject({ from: addressSchema });

/** How far a move is. `done` and `total` are rows of all tables. */
export interface MigrationProgress {
  readonly step: "copying" | "verifying";
  readonly table: string;
  readonly done: number;
  readonly total: number;
}

export const migrationReceiptSchema = z
  .strictObject({
    from: z.string(),
    to: z.string(),
    /** Every table with its rows, and whether their hashes are the same on both sides. */
    tables: z.array(z.strictObject({ name: z.string(), rows: z.int().nonnegative(), equal: z.boolean() })),
    /** Cubes and versions that were moved, and audits whose chain was followed. */
    cubes: z.int().nonnegative(),
    versions: z.int().nonnegative(),
    audits: z.int().nonnegative(),
    /** Rows that an earlier run had copied already; null for a run that began anew. */
    resumedAt: z.int().nonnegative().nullable(),
    /** Of the run that finished it. */
    seconds: z.number().nonnegative(),
    /** All tables equal, every chain of versions and of audits intact in the new ledger. Nothing opens it otherwise. */
    verified: z.boolean(),
    /** What was not as it should be, in sentences. */
    faults: z.array(z.string()),
  })
  .meta({ id: "MigrationReceipt" });

export const undoneMigrationSchema = z
  .strictObject({
    /** The ledger that takes writes again, as it was when the move began. */
    from: z.string(),
    /** Where it was going. What was written there since is there alone. */
    to: z.string(),
    at: z.string(),
    finished: z.boolean(),
  })
  .meta({ id: "UndoneMigration" });

export type MigrationOptions = z.input<typeof migrationOptionsSchema>;
export type MigrationReceipt = z.infer<typeof migrationReceiptSchema>;
export type UndoneMigration = z.infer<typeof undoneMigrationSchema>;
